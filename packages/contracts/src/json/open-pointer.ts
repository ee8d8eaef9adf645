// JSON pointers that are safe to report: field names are repeated to their sender, but not below
// `private`, where a name may be a person's.

/** Members below which data is private, also if they are in the wrong place. */
const privateNames: ReadonlySet<string> = new Set(['private', 'narrative', 'links', 'persons'])
/** Names that may be reported below those: fields of the published schema, and indices. */
const openNames = /^(?:narrative|links|persons|name|aliases|role|kind|\d{1,6})$/

/**
 * The pointer up to the first name below `private` that is not a published field. Pure; the same
 * string if nothing is cut.
 */
export function openPointer(pointer: string): string {
  const names = pointer.split('/')
  const start = names.findIndex(name => privateNames.has(name.toLowerCase()))
  if (start < 0) return pointer
  const cut = names.findIndex((name, i) => i > start && !openNames.test(name))
  return cut < 0 ? pointer : names.slice(0, cut).join('/')
}
