// JSON pointers as they may be told: names of fields are repeated to their sender, but not under `private`, where a name may be a person's.

/** Where something private begins, also when it stands in the wrong place. */
const privateNames: ReadonlySet<string> = new Set(['private', 'narrative', 'links', 'persons'])
/** What may be named behind that: the fields of the published schema, and indices. */
const openNames = /^(?:narrative|links|persons|name|aliases|role|kind|\d{1,6})$/

/** The pointer up to the first name that stands under `private` and is no published field. Pure; the same string where nothing is cut. */
export function openPointer(pointer: string): string {
  const names = pointer.split('/')
  const start = names.findIndex(name => privateNames.has(name.toLowerCase()))
  if (start < 0) return pointer
  const cut = names.findIndex((name, i) => i > start && !openNames.test(name))
  return cut < 0 ? pointer : names.slice(0, cut).join('/')
}
