// Words of the form of a report.

export const reportEn = {
  lead: 'One report of one source. What you type stays here until the suite has it, also when the link breaks: sending it again cannot make two of it.',
  source: 'Source',
  sourceHint: 'Who says it: the name under which this source reports.',
  externalId: 'Its id at the source',
  externalIdHint: 'Chosen for you. By it a repeat is known to be the same report.',
  what: 'What happened',
  category: 'What happened',
  choose: 'choose …',
  from: 'Day',
  to: 'Until, if it was more than one day',
  where: 'Where',
  place: 'Name of the place',
  country: 'Country',
  admin1: 'Region, if known',
  coordinates: 'Coordinates, if known',
  lat: 'Latitude',
  lon: 'Longitude',
  radius: 'Exact to, km',
  openMap: 'Point at it on a map',
  closeMap: 'Close the map',
  mapSize: 'About 1.5 MB are loaded for it, once. The form does without.',
  map: 'Map of where it happened',
  mapKeys:
    'The place is in the middle: drag the map, or press on the place. Keys: arrows move it, with Shift by a little, + and − zoom, Enter uses the point.',
  pointsAt: (
    { lat, lon, radiusKm }: { readonly lat: string; readonly lon: string; readonly radiusKm: string },
    area: string | null
  ) => `In the middle: ${lat}, ${lon}, exact to ${radiusKm} km${area === null ? '' : `, in ${area}`}. Zoom in to be more exact.`,
  tooFar: (area: string | null) =>
    `${area === null ? 'No area is' : `${area} is`} in the middle. From so far away a point would say more than is known: zoom in, or use the area.`,
  usePoint: 'Use this point',
  useArea: (area: string) => `Only the area is known: ${area}`,
  useNoArea: 'Only the area is known',
  usedPoint: (lat: string, lon: string, km: number) =>
    `Written into the form: ${lat}, ${lon}, exact to ${km} km. You can correct it there.`,
  usedArea: (area: string) => `Written into the form: ${area}, without coordinates.`,
  /** A name that the gazetteer takes for that of an area, not of its town. */
  regionOf: (name: string) => `region of ${name}`,
  deaths: 'Deaths',
  deathsHint: 'Left empty means not known, which is not zero.',
  low: 'At least',
  best: 'About',
  high: 'At most',
  more: 'In your own words',
  narrative: 'What was seen or said',
  narrativeHint: 'Kept encrypted. Names of people belong here and nowhere else.',
  link: 'A link to it',
  handling: 'Who may see it',
  handlings: { public: 'everybody', partners: 'partners', internal: 'officers', restricted: 'few' },
  drill: 'This is an exercise',
  send: 'Send the report',
  again: 'Send again',
  accepted: (id: string) => `Accepted as report ${id}.`,
  corrected: (id: string, revision: number) => `Accepted as revision ${revision} of report ${id}.`,
  correct: 'Correct it',
  known: (id: string) => `The suite has this already, as report ${id}. Nothing was doubled.`,
  faults: {
    missing: 'This is needed.',
    'not-a-number': 'This is not a number.',
    'not-whole': 'A whole number, or nothing.',
    'out-of-range': 'This is out of range.',
    order: 'This is less than what stands before it.',
    'not-a-link': 'A link begins with http:// or https://.',
    'needs-both': 'Latitude and longitude go together.'
  },
  sent: 'Sent from this page',
  sentAs: (id: string) => `Report ${id}`,
  duplicate: 'known already',
  understood: 'The place was understood as',
  resolutions: {
    stated: 'the coordinates that you stated',
    gazetteer: 'the one place of that name',
    ambiguous: 'one of several places of that name. Which one?',
    unresolved:
      'unknown: no place of that name is known there. The report is kept, and triggers nothing by its place. Coordinates would help.',
    contradicting:
      'a contradiction: the coordinates lie outside the country. Both are kept, and it triggers nothing by its place.'
  } as Readonly<Record<string, string>>,
  spot: (name: string, area: string, lat: number, lon: number) =>
    `${name}${area === '' ? '' : `, ${area}`} (${lat.toFixed(2)}, ${lon.toFixed(2)})`,
  furtherSpots: (count: number) => `and ${count} more: state coordinates`,
  placed: 'The place is stored.',
  became: 'What became of it',
  noAlert: 'It is in no alert.',
  alerts: (count: number) => (count === 1 ? 'It is in one alert.' : `It is in ${count} alerts.`),
  notYet: 'Not assessed yet.',
  ask: 'Ask what became of it'
} as const
