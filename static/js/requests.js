// What every htmx request needs: the CSRF token, and a word when the server does not answer.

import { showToast } from "./toasts.js";

const NO_ANSWER = "The server did not answer. Nothing was changed by this click; try again.";
const REFUSED = "That was not possible. Reload the page to see how things stand.";

export function wireRequests(root) {
  root.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector('meta[name="csrf-token"]').content;
    event.detail.headers["X-CSRFToken"] = token;
  });
  // Polls and streams fail quietly: the live mark on the page tells about them.
  root.addEventListener("htmx:sendError", (event) => {
    if (event.detail.requestConfig?.verb !== "get") showToast(NO_ANSWER, "error");
  });
  root.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr?.status;
    if (event.detail.requestConfig?.verb !== "get" && status !== 401) showToast(REFUSED, "error");
  });
}
