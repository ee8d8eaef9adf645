// Texts of the live page: pure functions from alerts to text. No DOM here.

const severityRank = { extreme: 3, severe: 2, moderate: 1, minor: 0 }
const severityMarks = { extreme: '▲▲▲', severe: '▲▲', moderate: '▲', minor: '△' }

/** Display names of codes from `/page/names.json`. Until it is loaded, and for codes without a name, the code is shown. */
const names = { areas: {}, countries: {}, categories: {}, tactics: {}, reasons: {} }

export function learnNames(told) {
  Object.assign(names, told)
}

function nameIn(kind, code) {
  return Object.hasOwn(names[kind], code) ? names[kind][code] : undefined
}

/** `Ségou (ML-4)`: the name, and the code as in exports and filters. */
export function areaWords(code) {
  const name = nameIn('areas', code)
  return name === undefined ? code : `${name} (${code})`
}

/** `Mali`: in lists the article is dropped. */
export function countryWords(code) {
  return (nameIn('countries', code) ?? code).replace(/^the /, '')
}

/** `attack on civilians` */
export function categoryWords(code) {
  return nameIn('categories', code) ?? code.replaceAll('-', ' ')
}

/** `improvised bomb`; `other:homes-burnt` is `homes burnt`. */
export function tacticWords(code) {
  return nameIn('tactics', code) ?? code.replace(/^other:/, '').replaceAll('-', ' ')
}

/** Category and tactics, without a tactic that repeats the category. */
export function kindWords({ category, tactics }) {
  const kind = categoryWords(category)
  const ways = [...new Set(tactics.map(tacticWords))].filter(way => way !== kind)
  const text = ways.length === 0 ? kind : `${kind} (${ways.join(', ')})`
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** A shape per severity, so that it is not told by colour alone. */
export function severityMark(severity) {
  return severityMarks[severity] ?? '?'
}

/** What is wrong with a theatre's time, and who can correct it. */
export function wrongClockWords({ id, now, clockStanding }) {
  const where =
    clockStanding === 'behind' ? 'after the clock of this machine' : 'more than a month before the clock of this machine'
  return `${id} has the time ${timeWords(now)}, ${where}: it does not advance until an administrator sets it (tocsin theatres set-time ${id}).`
}

/** Open alerts are provisional or confirmed. */
export function isOpen(alert) {
  return alert.status === 'provisional' || alert.status === 'confirmed'
}

/** Most severe first, then most recently changed. */
export function compareOpen(a, b) {
  return (
    severityRank[b.severity] - severityRank[a.severity] ||
    compareText(b.times.detectedAt, a.times.detectedAt) ||
    compareText(a.alertId, b.alertId)
  )
}

/** Newest change first. */
export function compareClosed(a, b) {
  return compareText(b.times.detectedAt, a.times.detectedAt) || compareText(a.alertId, b.alertId)
}

function compareText(a, b) {
  return a < b ? -1 : a > b ? 1 : 0
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** `now`, `4 min`, `3 h`, `12 d`, `5 months`: short, one unit. */
export function ageWords(ms) {
  if (!Number.isFinite(ms) || ms < minuteMs) return 'now'
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)} min`
  if (ms < dayMs) return `${Math.floor(ms / hourMs)} h`
  if (ms < 90 * dayMs) return `${Math.floor(ms / dayMs)} d`
  return `${Math.floor(ms / (30.44 * dayMs))} months`
}

/** Waiting time in seconds or minutes. */
export function waitWords(ms) {
  const s = Math.max(0, Math.round(ms / 1000))
  return s < 120 ? `${s} s` : `${Math.floor(s / 60)} min`
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `2 Jun 2025, 09:00 UTC` */
export function timeWords(iso) {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return String(iso)
  return `${dayWords(iso)}, ${two(at.getUTCHours())}:${two(at.getUTCMinutes())} UTC`
}

/** The start time of a state, ms: `14:03:10 UTC`, with its day if long ago. */
export function sinceWords(atMs, nowMs) {
  const at = new Date(atMs)
  if (nowMs - atMs >= dayMs / 2) return timeWords(at.toISOString())
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} UTC`
}

/** `2 Jun 2025` */
export function dayWords(iso) {
  const at = new Date(iso)
  return Number.isNaN(at.getTime()) ? String(iso) : `${at.getUTCDate()} ${months[at.getUTCMonth()]} ${at.getUTCFullYear()}`
}

function two(n) {
  return String(n).padStart(2, '0')
}

/** The time that an alert is about. */
export function windowWords({ from, to }) {
  return to === null
    ? `since ${dayWords(from)}`
    : dayWords(from) === dayWords(to)
      ? dayWords(from)
      : `${dayWords(from)} to ${dayWords(to)}`
}

/** Group names with a meaning for people; others are internal to the rule. */
const placeKeys = ['settlement', 'place', 'hub', 'name', 'near']

/** Where: the group's own name first, then areas. */
export function placeWords({ group, area }) {
  const own = placeKeys.flatMap(key => group[key] ?? [])
  // Mopti lies in Mopti: name it once, and first.
  const isOwn = code => own.includes(nameIn('areas', code))
  const codes = [...area.admin1.filter(isOwn), ...area.admin1.filter(code => !isOwn(code))]
  const areas = codes.length > 0 ? codes.map(areaWords) : area.country.map(countryWords)
  const shown = areas.length > 4 ? [...areas.slice(0, 4), `and ${areas.length - 4} more`] : areas
  const apart = own.filter(name => !codes.some(code => nameIn('areas', code) === name))
  return [...new Set([...apart, ...shown])].join(' · ')
}

/** `support-fell-away` → `support fell away` */
export function reasonWords(reason) {
  if (reason === null) return ''
  return nameIn('reasons', reason) ?? (/^[a-z]+(-[a-z]+)+$/.test(reason) ? reason.replaceAll('-', ' ') : reason)
}

/** Deaths as they are known: unknown is not zero. */
export function deathsWords({ low, best, high }) {
  if (low === null && best === null && high === null) return 'not known'
  if (best !== null && low === best && high === best) return String(best)
  const range =
    low !== null && high !== null
      ? `${low} to ${high}`
      : low !== null
        ? `at least ${low}`
        : high !== null
          ? `at most ${high}`
          : ''
  return best === null ? range : range === '' ? `about ${best}` : `about ${best} (${range})`
}

/** The assignee. */
export function holderWords({ acknowledgedBy, acknowledgedUntil, assignedTo }) {
  if (assignedTo !== null) return `with ${assignedTo}`
  if (acknowledgedBy === null) return 'not acknowledged'
  return `acknowledged by ${acknowledgedBy}${acknowledgedUntil === null ? '' : ` until ${timeWords(acknowledgedUntil)}`}`
}

const eventNames = {
  raised: 'Raised',
  revised: 'Revised',
  confirmed: 'Confirmed',
  escalated: 'Escalated',
  resolved: 'Resolved',
  reopened: 'Reopened',
  retracted: 'Withdrawn',
  acknowledged: 'Acknowledged',
  'acknowledgement-lapsed': 'Acknowledgement lapsed',
  assigned: 'Assigned',
  commented: 'Comment',
  'action-refused': 'Action refused',
  'left-view': 'Left your view'
}

/** The short name of an event type: `tocsin.alert.raised.v1` → `raised`. */
export function eventName(type) {
  return type.replace(/^tocsin\.alert\./, '').replace(/\.v\d+$/, '')
}

/** The event for people. A retraction is called a withdrawal, as everywhere on the page. */
export function eventWords(type) {
  return eventNames[eventName(type)] ?? eventName(type)
}

const statusNames = { provisional: 'Provisional', confirmed: 'Confirmed', retracted: 'Withdrawn', resolved: 'Resolved' }

export function statusWords(status) {
  return statusNames[status] ?? status
}

/** All pieces of evidence that the reader may see, named or not. */
export function evidenceCountOf({ evidenceCount, evidenceOmitted }) {
  return evidenceCount.triggers + evidenceCount.support + evidenceOmitted
}

/** The differences between two states of an alert, in short phrases. */
export function changesBetween(before, after) {
  if (before === null) return []
  const changes = []
  const note = (what, from, to) => {
    if (from !== to) changes.push(`${what} ${from} → ${to}`)
  }
  note('severity', before.severity, after.severity)
  note('status', statusWords(before.status).toLowerCase(), statusWords(after.status).toLowerCase())
  note('certainty', before.certainty, after.certainty)
  note('evidence', evidenceCountOf(before), evidenceCountOf(after))
  note(before.measure.name, before.measure.value, after.measure.value)
  note('deaths', deathsWords(before.fatalities), deathsWords(after.fatalities))
  note('time', windowWords(before.window), windowWords(after.window))
  note('where', placeWords(before), placeWords(after))
  if (holderWords(before.operator) !== holderWords(after.operator)) changes.push(holderWords(after.operator))
  if (before.headline !== after.headline && changes.length === 0) changes.push('headline reworded')
  return changes
}

/** Measure compared with the threshold. */
export function measureWords({ name, value, threshold, baseline }) {
  return `${name}: ${value}, threshold ${threshold}${baseline === null ? '' : `, usual ${baseline}`}`
}

/** A place, stated no more precisely than it is known. */
export function precisionWords({ name, settlementName, country, admin1, lat, lon, radiusKm, resolution, contradiction }) {
  const where =
    settlementName ?? name ?? (lat === null || lon === null ? 'place unknown' : `${lat.toFixed(3)}, ${lon.toFixed(3)}`)
  const isArea = admin1 && nameIn('areas', admin1) === where
  const area = admin1 ? areaWords(admin1) : country ? countryWords(country) : ''
  const precision =
    contradiction === 'country'
      ? 'coordinates far outside the stated country'
      : contradiction === 'admin1'
        ? 'coordinates far outside that area'
        : resolution === 'unresolved'
          ? 'not found'
          : resolution === 'ambiguous'
            ? `one of several, within ${radiusKm} km`
            : radiusKm === null
              ? ''
              : `± ${radiusKm} km`
  return [isArea ? '' : where, area, precision].filter(part => part !== '').join(', ')
}

/** Candidates for an incident's place and its further places; empty if neither is ambiguous. */
export function otherPlacesWords({ place, alsoAt = [] }) {
  const { candidates = [], candidatesOmitted = 0 } = place
  const named = candidates.map(spotWords)
  const more = candidatesOmitted > 0 ? `; and ${candidatesOmitted} more` : ''
  return [
    ...(named.length > 0 ? [`may be ${named.join('; or ')}${more}`] : []),
    ...(alsoAt.length > 0 ? [`also at ${alsoAt.map(precisionWords).join('; ')}`] : [])
  ]
}

/** One of several places with the same name, distinguished by its location. */
function spotWords({ name, admin1, country, lat, lon }) {
  const area = admin1 ? areaWords(admin1) : country ? countryWords(country) : ''
  return [name, area, `at ${lat.toFixed(2)}, ${lon.toFixed(2)}`].filter(part => part !== '').join(', ')
}

const credibilities = ['confirmed', 'probably true', 'possibly true', 'doubtful', 'improbable', 'cannot be judged']

/** An Admiralty grade with its meaning. */
export function credibilityWords(credibility) {
  const meaning = credibilities[credibility - 1]
  return `credibility ${credibility}${meaning === undefined ? '' : `, ${meaning}`}`
}

/** An interval of days. */
export function spanWords({ from, to }) {
  return windowWords({ from, to })
}

/** The outcome of an acknowledgement, from its status (null: none) and body. */
export function outcomeWords(answer, body) {
  if (answer === null) return 'The suite could not be reached. Nothing is known to have changed: try again.'
  if (answer.status === 200) return 'Acknowledged by you.'
  if (answer.status === 202) return 'Stored, but not decided yet. The outcome will appear here.'
  if (answer.status === 409)
    return `Not accepted: ${withReadableTimes(body?.detail ?? 'someone else came first.')} The page now shows the current state.`
  return `Not accepted: ${body?.detail ?? `status ${answer.status}`}`
}

/** A sentence of the suite, its ISO instants as the page writes times. */
export function withReadableTimes(sentence) {
  return sentence.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z/g, timeWords)
}

/** The number of open alerts by severity. */
export function tally(open) {
  return ['extreme', 'severe', 'moderate', 'minor']
    .map(severity => [severity, open.filter(alert => alert.severity === severity).length])
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${severityMark(severity)} ${count} ${severity}`)
    .join('   ')
}
