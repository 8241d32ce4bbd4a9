// What was typed and the server has not confirmed: in this tab, a drawer for each person, version and folder.
// A tab in which somebody else enters is emptied of the former person's as soon as a grid is drawn.
const PREFIX = "ensaio-grade:";

function stored(action) {
  try {
    return action(window.sessionStorage);
  } catch {
    // Storage that is full or forbidden: the page keeps what it has.
    return undefined;
  }
}

export function keep(drawer, cells) {
  stored((storage) =>
    cells.length ? storage.setItem(PREFIX + drawer, JSON.stringify(cells)) : storage.removeItem(PREFIX + drawer),
  );
}

export function kept(drawer) {
  return stored((storage) => JSON.parse(storage.getItem(PREFIX + drawer))) ?? [];
}

export function forgetOthers(person) {
  stored((storage) =>
    Object.keys(storage)
      .filter((key) => key.startsWith(PREFIX) && !key.startsWith(`${PREFIX}${person}:`))
      .forEach((key) => storage.removeItem(key)),
  );
}
