// What a name of an area may turn out to be, of one country.

/** What a name of an area may turn out to be. `unlisted`: the country has none that are known here, so a code can't be checked. */
export type AdminLookup =
  | { readonly kind: 'known'; readonly code: string }
  | { readonly kind: 'unlisted' }
  | { readonly kind: 'unknown' }
  /** A name that two areas of the country have; the codes tell them apart. */
  | { readonly kind: 'ambiguous'; readonly codes: readonly string[] }
