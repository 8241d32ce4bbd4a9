// The controls that no finger and no mouse reaches: at the middle of each, brought into view, lies something that is
// neither the control, nor inside it, nor its label.
() => {
    const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary";
    // A skip link is only there while it has the focus; the second is of the Administração.
    const FOR_KEYS = ".skip-link, .skip-to-content-link";
    // An open group of the menu lies over the page on purpose, and closes as soon as something else is touched.
    const PASSING = ".site-menu details[open]";
    // The last one: which button the Enter key presses, for nobody to see.
    const OFF = ":disabled, [aria-disabled=true], [inert] *, .sr-only[aria-hidden=true]";

    const scrolled = new Map();
    const bringIntoView = (control) => {
        for (let each = control.parentElement; each; each = each.parentElement)
            if (!scrolled.has(each)) scrolled.set(each, [each.scrollLeft, each.scrollTop]);
        control.scrollIntoView({block: "center", inline: "center", behavior: "instant"});
    };
    const putBack = () => {
        for (const [each, [left, top]] of scrolled) each.scrollTo({left, top, behavior: "instant"});
    };

    // A link may go over several lines, and its first box may be empty.
    const atTheMiddle = (element) => {
        const box = [...element.getClientRects()].find((each) => each.width && each.height);
        return box && document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    };
    const isTouched = (control) => {
        const parts = [control, ...(control.labels ?? [])];
        const found = parts.map(atTheMiddle).filter((touched) => touched);
        return found.some((touched) => touched.closest(PASSING) || parts.some((part) => part.contains(touched)));
    };

    // While a dialog asks, the page behind it is out of reach on purpose.
    const page = document.querySelector("dialog:modal") ?? document;
    const shown = [...page.querySelectorAll(CONTROLS)].filter(
        (control) => !control.matches(`${FOR_KEYS}, ${OFF}`) && control.checkVisibility({visibilityProperty: true}),
    );
    // What is sticky moves on while the page is scrolled to it: as a hand does, scroll again.
    const isReached = (control) => {
        for (let times = 0; times < 3; times += 1) {
            if (isTouched(control)) return true;
            bringIntoView(control);
        }
        return isTouched(control);
    };
    const told = shown.filter((control) => !isReached(control)).map((control) => {
        bringIntoView(control);
        const over = atTheMiddle(control);
        return `${control.outerHTML.slice(0, 160)} under ${over ? over.outerHTML.slice(0, 160) : "nothing on the screen"}`;
    });
    putBack();
    return told;
}
