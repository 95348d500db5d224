// The entry of every page: wires the small modules by data attributes. Listeners sit on the
// document, so partials that htmx swaps in later work without being wired again.

import { wireClock } from "./clock.js";
import { wireCopyButtons } from "./copy.js";
import { wireCountdowns } from "./countdown.js";
import { openWaitingDialogs, wireDialogs } from "./dialogs.js";
import { wireFolds } from "./fold.js";
import { wireKeySwitch } from "./keys.js";
import { wireMenus } from "./menu.js";
import { takeByMorph } from "./morph.js";
import { wireOpenings } from "./opens.js";
import { wireRequests } from "./requests.js";
import { wireSends } from "./sends.js";
import { wireShortcuts } from "./shortcuts.js";
import { wireThemeSwitch } from "./theme.js";
import { wireToasts } from "./toasts.js";
import { wireWatch } from "./watch.js";

wireThemeSwitch(document);
wireClock(document);
wireCountdowns(document);
wireDialogs(document);
wireToasts(document);
wireCopyButtons(document);
wireMenus(document);
wireShortcuts(document);
wireKeySwitch(document);
wireOpenings(document);
wireFolds(document);
wireRequests(document);
wireWatch(document);
wireSends(document);

document.addEventListener("htmx:beforeSwap", takeByMorph);
document.addEventListener("htmx:load", (event) => {
  openWaitingDialogs(event.target);
  wireFolds(event.target);
});
