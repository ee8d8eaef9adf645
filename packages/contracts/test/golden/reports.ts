// Posted reports: the minimal one, the fullest, and invalid ones with the field that an answer must
// name.

export const leastReport = {
  source: { id: 'wire-1' },
  occurred: { from: '2025-06-01', to: '2025-06-01' },
  category: 'attack',
  location: { lat: 14.8252, lon: -5.2547 }
}

export const fullReport = {
  source: { id: 'wire-1' },
  externalId: 'W-2025-0601-3',
  reportedAt: '2025-06-02T09:00:00Z',
  occurred: { from: '2025-06-01', to: '2025-06-01' },
  category: 'attack',
  tactics: ['base-overrun', 'other:flag-raised'],
  location: { name: 'Dioura', admin1: 'ML-5', country: 'ML', lat: 14.8252, lon: -5.2547, radiusKm: 2 },
  alsoAt: [{ name: 'Ténenkou', country: 'ML' }],
  actors: [{ name: 'JNIM', role: 'perpetrator' }],
  targets: [{ kind: 'military' }],
  fatalities: { low: 3, best: null, high: null },
  credibility: 2,
  handling: 'partners',
  drill: false,
  private: {
    narrative: 'Told in confidence.\nIn two lines.',
    links: ['https://wire.example/W-2025-0601-3'],
    persons: [{ name: 'A. Person', aliases: ['Other Name'], role: 'captured', kind: 'commander' }]
  }
}

const least = (change: object): object => ({ ...leastReport, ...change })
const at = (location: object): object => ({ ...leastReport, location })
const on = (from: unknown, to: unknown): object => ({ ...leastReport, occurred: { from, to } })

/** Reports that are refused without a clock or a gazetteer. */
export const badReports: readonly { readonly name: string; readonly value: unknown; readonly pointer: string }[] = [
  { name: 'nothing', value: null, pointer: '' },
  { name: 'a list', value: [leastReport], pointer: '' },
  { name: 'a text', value: 'attack at Dioura', pointer: '' },
  { name: 'no source', value: { ...leastReport, source: undefined }, pointer: '/source' },
  { name: 'a source without id', value: least({ source: {} }), pointer: '/source/id' },
  { name: 'a source with a space in its id', value: least({ source: { id: 'wire 1' } }), pointer: '/source/id' },
  { name: 'a source id of 65 characters', value: least({ source: { id: 'x'.repeat(65) } }), pointer: '/source/id' },
  { name: 'a source that brings its own grade', value: least({ source: { id: 'wire-1', reliability: 'A' } }), pointer: '/source/reliability' },
  { name: 'an empty external id', value: least({ externalId: '' }), pointer: '/externalId' },
  { name: 'an external id that is a number', value: least({ externalId: 7 }), pointer: '/externalId' },
  { name: 'an external id of 201 characters', value: least({ externalId: 'x'.repeat(201) }), pointer: '/externalId' },
  { name: 'no occurred', value: { ...leastReport, occurred: undefined }, pointer: '/occurred' },
  { name: 'an occurred that is one text', value: least({ occurred: '2025-06-01' }), pointer: '/occurred' },
  { name: 'an occurred without an end', value: least({ occurred: { from: '2025-06-01' } }), pointer: '/occurred/to' },
  { name: 'a day that is not in the calendar', value: on('2025-02-30', '2025-03-01'), pointer: '/occurred/from' },
  { name: 'a leap day in a common year', value: on('2025-02-28', '2025-02-29'), pointer: '/occurred/to' },
  { name: 'a month alone', value: on('2025-06', '2025-06'), pointer: '/occurred/from' },
  { name: 'a day in the order of a country', value: on('01/06/2025', '2025-06-01'), pointer: '/occurred/from' },
  { name: 'an instant without an offset', value: on('2025-06-01T10:00:00', '2025-06-02'), pointer: '/occurred/from' },
  { name: 'an hour that no day has', value: on('2025-06-01T25:00:00Z', '2025-06-02'), pointer: '/occurred/from' },
  { name: 'an end before the beginning', value: on('2025-06-02', '2025-06-01'), pointer: '/occurred/to' },
  { name: 'a year before 1900', value: on('1899-12-31', '1899-12-31'), pointer: '/occurred/from' },
  { name: 'a reportedAt that is a day', value: least({ reportedAt: '2025-06-02' }), pointer: '/reportedAt' },
  { name: 'a reportedAt in seconds since 1970', value: least({ reportedAt: 1748854800 }), pointer: '/reportedAt' },
  { name: 'a category that does not exist', value: least({ category: 'heist' }), pointer: '/category' },
  { name: 'no category', value: { ...leastReport, category: undefined }, pointer: '/category' },
  { name: 'a tactic that does not exist', value: least({ tactics: ['ied', 'magic'] }), pointer: '/tactics/1' },
  { name: 'more tactics than are taken', value: least({ tactics: Array(21).fill('ied') }), pointer: '/tactics' },
  { name: 'no location', value: { ...leastReport, location: undefined }, pointer: '/location' },
  { name: 'an empty location', value: at({}), pointer: '/location' },
  { name: 'a name without a country', value: at({ name: 'Dioura' }), pointer: '/location/country' },
  { name: 'a latitude without a longitude', value: at({ lat: 14.8 }), pointer: '/location/lon' },
  { name: 'a latitude beyond the pole', value: at({ lat: 91, lon: -120 }), pointer: '/location/lat' },
  { name: 'a longitude beyond the date line', value: at({ lat: 14, lon: 180.5 }), pointer: '/location/lon' },
  { name: 'coordinates that are swapped', value: at({ lat: 103.9, lon: 14.8 }), pointer: '/location/lat' },
  { name: 'coordinates as text', value: at({ lat: '14.8', lon: '-5.2' }), pointer: '/location/lat' },
  { name: 'coordinates without end', value: at({ lat: Number.POSITIVE_INFINITY, lon: 1 }), pointer: '/location/lat' },
  { name: 'a country that does not exist', value: at({ name: 'Dioura', country: 'QQ' }), pointer: '/location/country' },
  { name: 'a country by its name', value: at({ name: 'Dioura', country: 'Mali' }), pointer: '/location/country' },
  { name: 'an area of another country', value: at({ name: 'Dioura', country: 'ML', admin1: 'BF-12' }), pointer: '/location/admin1' },
  { name: 'an area by name without a country', value: at({ lat: 14, lon: -5, admin1: 'Ségou' }), pointer: '/location/admin1' },
  { name: 'an area of no country', value: at({ lat: 14, lon: -5, admin1: 'QQ-1' }), pointer: '/location/admin1' },
  { name: 'a negative radius', value: at({ lat: 14, lon: -5, radiusKm: -1 }), pointer: '/location/radiusKm' },
  { name: 'a name with a control character', value: at({ name: 'Dio\u0007ura', country: 'ML' }), pointer: '/location/name' },
  { name: 'a name with half a character', value: at({ name: 'Dio\ud800ura', country: 'ML' }), pointer: '/location/name' },
  { name: 'a name that turns the line around', value: at({ name: 'Dio\u202eura', country: 'ML' }), pointer: '/location/name' },
  { name: 'a name of spaces', value: at({ name: '   ', country: 'ML' }), pointer: '/location/name' },
  { name: 'a further place without a country', value: least({ alsoAt: [{ name: 'Balle' }] }), pointer: '/alsoAt/0/country' },
  { name: 'a further place with a false day of birth', value: least({ alsoAt: [{ lat: 1, lon: 1, born: 1 }] }), pointer: '/alsoAt/0/born' },
  { name: 'an actor without a name', value: least({ actors: [{ role: 'perpetrator' }] }), pointer: '/actors/0/name' },
  { name: 'targets that are texts', value: least({ targets: ['military'] }), pointer: '/targets/0' },
  { name: 'half a death', value: least({ fatalities: { low: 0.5 } }), pointer: '/fatalities/low' },
  { name: 'fewer deaths than none', value: least({ fatalities: { best: -1 } }), pointer: '/fatalities/best' },
  { name: 'deaths in words', value: least({ fatalities: { low: 'several' } }), pointer: '/fatalities/low' },
  { name: 'a low above the best', value: least({ fatalities: { low: 5, best: 3 } }), pointer: '/fatalities/best' },
  { name: 'a best above the high', value: least({ fatalities: { best: 5, high: 3 } }), pointer: '/fatalities/high' },
  { name: 'a low above the high', value: least({ fatalities: { low: 5, high: 3 } }), pointer: '/fatalities/high' },
  { name: 'credibility zero', value: least({ credibility: 0 }), pointer: '/credibility' },
  { name: 'credibility as a letter', value: least({ credibility: 'B' }), pointer: '/credibility' },
  { name: 'a handling that does not exist', value: least({ handling: 'secret' }), pointer: '/handling' },
  { name: 'a drill in words', value: least({ drill: 'yes' }), pointer: '/drill' },
  { name: 'a link that is no web address', value: least({ private: { links: ['javascript:alert(1)'] } }), pointer: '/private/links/0' },
  { name: 'a person of whom nothing is said', value: least({ private: { persons: [{}] } }), pointer: '/private/persons/0' },
  { name: 'a narrative with a control character', value: least({ private: { narrative: 'a\u0000b' } }), pointer: '/private/narrative' },
  { name: 'a narrative beyond its limit', value: least({ private: { narrative: 'x'.repeat(20_001) } }), pointer: '/private/narrative' },
  { name: 'a name in the open', value: least({ persons: [{ name: 'A. Person' }] }), pointer: '/persons' },
  { name: 'a field that does not exist', value: least({ severity: 'extreme' }), pointer: '/severity' },
  { name: 'a field with a slash in its name', value: least({ 'a/b': 1 }), pointer: '/a~1b' },
  { name: 'a prototype', value: JSON.parse('{"__proto__":{"admin":true}}'), pointer: '/__proto__' }
].map(({ name, value, pointer }) => ({ name, value: value === null ? null : withoutUndefined(value), pointer }))

/** The value after JSON: undefined members are gone. */
function withoutUndefined(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.defineProperties({}, Object.fromEntries(Object.entries(Object.getOwnPropertyDescriptors(value)).filter(([, d]) => d.value !== undefined)))
}
