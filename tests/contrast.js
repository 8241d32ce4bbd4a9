// The contrast of each text whose look is not known yet: what axe blames, and the looks that it lets pass.
// A look is what decides the contrast: the colour and the letters of the text, and the paint under it.
async (known) => {
    const NOTHING = "rgba(0, 0, 0, 0) none";
    const seen = new Set(known);
    const grounds = new Map([[null, {paint: "", open: false, mixed: false, unseen: false}]]);

    // Under an element: each layer of paint down to the first that hides what is below it. `open` when it lies over
    // the flow, with nobody's paint or another branch's below; `mixed` when paint and text are blended together;
    // `unseen` where it is clipped to nothing.
    const groundOf = (element) => {
        if (!grounds.has(element)) {
            const style = getComputedStyle(element);
            const parent = groundOf(element.parentElement);
            const hides = style.backgroundColor.startsWith("rgb(");
            const moved = ["absolute", "fixed", "sticky"].includes(style.position) || style.transform !== "none";
            const blended = style.opacity !== "1" || style.filter !== "none" || style.mixBlendMode !== "normal";
            const own = `${style.backgroundColor} ${style.backgroundImage}`;
            grounds.set(element, {
                paint: (hides ? "" : parent.paint) + (own === NOTHING ? "" : `${own};`),
                open: !hides && (parent.open || moved),
                mixed: parent.mixed || blended,
                unseen: parent.unseen || style.clipPath === "inset(50%)",
            });
        }
        return grounds.get(element);
    };
    const lookOf = (element) => {
        const {color, fontSize, fontWeight, textShadow} = getComputedStyle(element);
        const {paint, open, mixed} = groundOf(element);
        return open || mixed ? null : [color, fontSize, fontWeight, textShadow, paint].join(" ");
    };
    const isRead = (element) =>
        !groundOf(element).unseen &&
        (element.matches("input, select, textarea") ||
            [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim()));

    const shown = [...document.body.querySelectorAll("*")].filter((element) => element.checkVisibility());
    const unknown = shown.filter(isRead).filter((text) => !seen.has(lookOf(text)));
    if (!unknown.length) return {violations: [], looks: []};
    const {violations, passes} = await axe.run(
        {include: unknown},
        {runOnly: ["color-contrast"], resultTypes: ["violations", "passes"], elementRef: true},
    );
    for (const node of violations.flatMap((rule) => rule.nodes)) delete node.element;
    // What is disabled is not judged, and says nothing of another text that looks the same.
    const passed = passes.flatMap((rule) => rule.nodes).map((node) => lookOf(node.element));
    return {violations, looks: [...new Set(passed)].filter((look) => look !== null)};
}
