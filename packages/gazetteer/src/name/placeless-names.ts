// Words in the place of a name that name no place: a form that demands a name gets "N/A". They are
// taken for no name, or reports from all over an area would share a settlement. A closed list: any
// other word may be a village.

/** Such words never are a name. */
const placeless: ReadonlySet<string> = new Set([
  'n/a',
  'n / a',
  'n.a.',
  'n.a',
  'n/d',
  'n.d.',
  's/n',
  's/o',
  'tbd',
  'tbc'
])

/** Some place may bear such a name: None in Piedmont does. */
const mostlyPlaceless: ReadonlySet<string> = new Set([
  // English
  'unknown',
  'unknown location',
  'unknown place',
  'location unknown',
  'not known',
  'unspecified',
  'unspecified location',
  'not specified',
  'not stated',
  'not available',
  'not applicable',
  'undisclosed',
  'undisclosed location',
  'none',
  'null',
  'undefined',
  'various',
  'various locations',
  'various places',
  'several locations',
  'multiple locations',
  'other',
  'rural',
  'rural area',
  'rural areas',
  'rural location',
  'urban area',
  'countryside',
  // French
  'inconnu',
  'inconnue',
  'lieu inconnu',
  'localité inconnue',
  'non précisé',
  'non précisée',
  'non spécifié',
  'indéterminé',
  'néant',
  'aucun',
  'divers',
  'zone rurale',
  'milieu rural',
  // Spanish and Portuguese
  'desconocido',
  'lugar desconocido',
  'sin especificar',
  'no especificado',
  'ninguno',
  'zona rural',
  'área rural',
  'desconhecido',
  'não especificado',
  'não informado',
  'nenhum',
  // Arabic
  'غير معروف',
  'غير محدد',
  'مجهول',
  'لا يوجد',
  'منطقة ريفية'
])

export interface Placeless {
  /** Some settlement may still bear it: then it is a name. */
  readonly mayBeName: boolean
}

/** How to read a name that is no place; null for any other name. Pure. */
export function classifyPlaceless(name: string): Placeless | null {
  const word = name
    .normalize('NFC')
    .toLowerCase()
    .replace(/\s+/gu, ' ')
    .replace(/^[\s"'([<]+|[\s"')\]>]+$/gu, '')
  if (!/[\p{L}\p{N}]/u.test(word) || placeless.has(word)) return { mayBeName: false }
  return mostlyPlaceless.has(word) ? { mayBeName: true } : null
}

/** "N/A" is no name, nor is "Unknown" where no settlement bears it. */
export function withoutPlaceless<
  Query extends { readonly name: string | null; readonly country: string | null }
>(
  query: Query,
  settlements: { findRows(name: string, country: string | null): readonly number[] }
): Query {
  const { name, country } = query
  const placeless = name === null ? null : classifyPlaceless(name)
  if (name === null || placeless === null) return query
  return placeless.mayBeName && settlements.findRows(name, country).length > 0
    ? query
    : { ...query, name: null }
}
