// Names of areas in comparable form: with and without the words for the kind of area.

import { withCacheByName } from './name-cache.ts'
import { nameKey, splitWords } from './place-names.ts'

/** Words for the kind of an area, in the languages of reporters and of the data. */
const kindWords = new Set(
  (
    'region région regiao regione province provincia provincie provinsi propinsi prowincja district distrito distrikt gouvernorat governorate ' +
    'muhafazat muhafazah mohafazat state states estado etat county comté department departement departamento oblast oblasti rayon raion kray krai ' +
    'wilaya wilayah wilayat vilayet prefecture préfecture municipality municipalité canton division'
  )
    .split(' ')
    .flatMap(splitWords)
)
/** Words between a kind and a name, without a meaning. */
const smallWords = new Set('de du des da do dos del of the la le el'.split(' '))
/** Endings with the same meaning in languages that append them to the word. */
const kindEndings = /(?:ская|ский|ська|ський)?\s*(?:область|край|район)$/u

/**
 * The key of a name without the words for the kind of area. Pure. Empty for a name that has no
 * other words.
 */
export const bareKey = withCacheByName(buildBareKey)

function buildBareKey(name: string): string {
  return nameKey(
    splitWords(name.toLowerCase().replace(kindEndings, ''))
      .filter(word => !kindWords.has(word) && !smallWords.has(word))
      .join(' ')
  )
}

/** True if a name states that it is an area's: `région de Ségou`. Pure. */
export function hasKind(name: string): boolean {
  return kindEndings.test(name.toLowerCase()) || splitWords(name).some(word => kindWords.has(word))
}

/** The key of an area name in the index of a country. Pure. */
export function buildAreaKey(country: string, key: string): string {
  return `${country}/${key}`
}

/** The key of a country name in the same index. Pure. */
export function buildCountryKey(key: string): string {
  return `/${key}`
}
