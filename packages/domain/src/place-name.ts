// The name of the place that an alert is about, for titles, lists, maps and CAP alike.

/** Members of a group that name a place, the most exact first. */
const placeMembers = ['settlement', 'place', 'hub', 'near']
/** `14.00, -5.00`: a rule states where it knows no name. */
const coordinates = /^-?\d+\.\d+, -?\d+\.\d+$/

/** Null: the group names an area, an actor or nothing. */
export function findPlaceName(group: Readonly<Record<string, string>>): string | null {
  const names = placeMembers.flatMap(member => group[member] ?? [])
  return names.find(name => !coordinates.test(name)) ?? null
}
