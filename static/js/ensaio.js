// Everything here only helps: each page works without it.
import { watchConfirmations } from "./confirm.js";
import { watchCopyButtons } from "./copy.js";
import { startCountdowns } from "./countdown.js";
import { watchFiles } from "./files.js";
import { watchForms } from "./forms.js";
import { watchKeys } from "./keys.js";
import { watchMasks } from "./masks.js";
import { watchMenu, watchMessages, watchPrint, warnOfSessionEnd } from "./page.js";

watchMenu();
watchMessages();
watchConfirmations();
watchForms();
watchFiles();
watchKeys();
watchMasks();
watchCopyButtons();
startCountdowns();
watchPrint();
warnOfSessionEnd();
