// Results of looking up an area name within a country.

/**
 * The result of looking up an area name. `unlisted`: no areas of the country are known, so a code
 * can't be checked.
 */
export type AdminLookup =
  | { readonly kind: 'known'; readonly code: string }
  | { readonly kind: 'unlisted' }
  | { readonly kind: 'unknown' }
  /** A name shared by two areas of the country; the codes distinguish them. */
  | { readonly kind: 'ambiguous'; readonly codes: readonly string[] }
