// Says so when a passkey ceremony was cancelled or failed (allauth only logs it).

import { showToast } from "./toasts.js";

const WORDS = "The passkey was not used. Try again, or take another way to sign in.";

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  showToast(WORDS, "error");
});
