// Names of areas as they are compared: with the words that say what kind of area it is, and without.

import { cachedByName } from './name-cache.ts'
import { nameKey, words } from './place-names.ts'

/** Words that say what kind of area a name is of, in the languages of reporters and of the data. */
const kindWords = new Set(
  (
    'region région regiao regione province provincia provincie provinsi propinsi prowincja district distrito distrikt gouvernorat governorate ' +
    'muhafazat muhafazah mohafazat state states estado etat county comté department departement departamento oblast oblasti rayon raion kray krai ' +
    'wilaya wilayah wilayat vilayet prefecture préfecture municipality municipalité canton division'
  )
    .split(' ')
    .flatMap(words)
)
/** Words between a kind and a name: they say nothing by themselves. */
const smallWords = new Set('de du des da do dos del of the la le el'.split(' '))
/** Endings that say the same where a language writes it into the word. */
const kindEndings = /(?:ская|ский|ська|ський)?\s*(?:область|край|район)$/u

/** The key of a name without the words that say what kind of area it is. Pure. Empty for a name of nothing else. */
export const bareKey = cachedByName(keyOfBareName)

function keyOfBareName(name: string): string {
  return nameKey(
    words(name.toLowerCase().replace(kindEndings, ''))
      .filter(word => !kindWords.has(word) && !smallWords.has(word))
      .join(' ')
  )
}

/** True for a name that says itself that it is an area's: `région de Ségou`. Pure. */
export function saysKind(name: string): boolean {
  return kindEndings.test(name.toLowerCase()) || words(name).some(word => kindWords.has(word))
}

/** The key under which a name of an area stands in the index of a country. Pure. */
export function areaKey(country: string, key: string): string {
  return `${country}/${key}`
}

/** The key under which a name of a country stands in the same index. Pure. */
export function countryKey(key: string): string {
  return `/${key}`
}
