// What a browser keeps for pages: `local` for good, `session` for this tab. Where it is blocked,
// nothing is recalled, and `remember` says that nothing was kept.

const STORES = { local: () => localStorage, session: () => sessionStorage };

export function recall(store, name) {
  try {
    return STORES[store]().getItem(name);
  } catch {
    return null;
  }
}

export function remember(store, name, value) {
  try {
    if (value === null) STORES[store]().removeItem(name);
    else STORES[store]().setItem(name, value);
    return true;
  } catch {
    return false;
  }
}
