// One property that narrows the list: several alternatives for its value, and several excluded
// values. Pure.

/** A value, or `-` and a value that is not wanted. Empty: all. */
export type Facet = readonly string[]

export type Choice = 'yes' | 'not' | 'open'

export function choiceIn(facet: Facet, value: string): Choice {
  return facet.includes(value) ? 'yes' : facet.includes(`-${value}`) ? 'not' : 'open'
}

/** A press: wanted, then not wanted, then neither. */
export function pressed(facet: Facet, value: string): Facet {
  const others = facet.filter(each => each !== value && each !== `-${value}`)
  const choice = choiceIn(facet, value)
  return choice === 'open'
    ? [...others, value]
    : choice === 'yes'
      ? [...others, `-${value}`]
      : others
}

/** Whether something with these values is wanted. */
export function isWanted(facet: Facet, values: readonly string[]): boolean {
  if (facet.length === 0) return true
  if (values.some(value => facet.includes(`-${value}`))) return false
  return facet.every(each => each.startsWith('-')) || values.some(value => facet.includes(value))
}

/** The wanted values as the suite takes them; none where one is not wanted: it has no such filter. */
export function makeWanted(facet: Facet): Facet {
  return facet.some(each => each.startsWith('-')) ? [] : facet
}

/** As in an address. */
export function formatText(facet: Facet): string {
  return facet.map(encodeURIComponent).join(',')
}

const valuesMax = 40

export function facetIn(text: string | null): Facet {
  if (text === null || text === '') return []
  return [...new Set(text.split(',').map(decoded))].filter(each => each !== '').slice(0, valuesMax)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    // Whoever wrote it by hand meant the sign itself.
    if (error instanceof URIError) return text
    throw error
  }
}
