// Renders the chosen alert: facts, evidence, history. Builds elements from an alert; makes no requests.

import { make } from './dom.js'
import {
  changesBetween,
  credibilityWords,
  dayWords,
  deathsWords,
  eventWords,
  holderWords,
  kindWords,
  measureWords,
  otherPlacesWords,
  placeWords,
  precisionWords,
  reasonWords,
  spanWords,
  timeWords,
  windowWords
} from './wording.js'

/** Facts of an alert, as name and value. */
export function factsTable(alert) {
  const table = make('dl', 'facts-table')
  const add = (name, text) => table.append(make('dt', '', name), make('dd', '', text))
  const addLines = (name, lines) =>
    table.append(make('dt', '', name), make('dd', '', ...lines.map(line => make('div', '', line))))
  add('Where', placeWords(alert) || 'not known')
  add('When', windowWords(alert.window))
  add('Measure', measureWords(alert.measure))
  addLines(
    'Levels',
    alert.levels.map(({ level, at, reason }) => `${level}. ${reason}, ${dayWords(at)}`)
  )
  add('Deaths', deathsWords(alert.fatalities))
  add('Rule', `${alert.ruleId}, version ${alert.ruleVersion}`)
  add('Handling', alert.handling)
  add('Taken', holderWords(alert.operator))
  add('Raised', timeWords(alert.raisedAt))
  if (alert.times.detectedAt !== alert.raisedAt) add('Last changed', timeWords(alert.times.detectedAt))
  return table
}

/** The incidents behind it, each with its reports. `showAll` is called for those that are not among them. */
export function evidenceList({ evidence, evidenceCount, evidenceOmitted, evidenceLost }, showAll) {
  const list = make('ul', 'evidence', ...evidence.map(evidenceItem))
  const all = evidenceCount.triggers + evidenceCount.support
  if (evidenceLost)
    list.append(make('li', '', `${all} that are not known until the alert changes: the log has lost events of it`))
  else if (all > evidence.length) list.append(make('li', '', allButton(all, showAll)))
  if (evidenceOmitted > 0) list.append(make('li', '', `and ${evidenceOmitted} more that are counted but not listed`))
  return list
}

function allButton(count, showAll) {
  const button = make('button', '', `All ${count}`)
  button.type = 'button'
  button.addEventListener('click', () => {
    button.disabled = true
    showAll().finally(() => {
      button.disabled = false
    })
  })
  return button
}

function evidenceItem({ role, incidentId, revision, incident }) {
  if (incident === null)
    return make(
      'li',
      '',
      make('span', 'what', `Incident ${incidentId}`),
      `${revision === undefined ? '' : ` revision ${revision}`}, ${role}`
    )
  const sources =
    incident.independentSources === 1 ? '1 independent source' : `${incident.independentSources} independent sources`
  const head = make('p', 'what', `${kindWords(incident)}: ${precisionWords(incident.place)}`)
  const facts = [
    ...otherPlacesWords(incident),
    spanWords(incident.occurred),
    `deaths ${deathsWords(incident.fatalities)}`,
    sources,
    role === 'support' ? 'supports only' : 'trigger'
  ]
  if (incident.withdrawn) facts.push('WITHDRAWN')
  return make('li', '', head, make('p', 'soft', facts.join(' · ')), make('ul', '', ...incident.reports.map(reportItem)))
}

function reportItem(report) {
  const line = [
    `${report.sourceId}${report.externalId === null ? '' : ` ${report.externalId}`}`,
    `reported ${timeWords(report.reportedAt)}`,
    credibilityWords(report.credibility)
  ]
  if (report.withdrawn) line.push('WITHDRAWN')
  const narrative = report.private?.narrative
  return make('li', '', make('span', 'soft', line.join(' · ')), narrative ? make('p', 'narrative', narrative) : null)
}

/** Newest first, each with its changes. */
export function storyList({ revisions, revisionsOmitted }) {
  const items = revisions.map((event, i) => storyItem(event, i === 0 ? null : revisions[i - 1].data))
  if (revisionsOmitted > 0)
    items.unshift(make('li', '', make('span', 'when', ''), make('span', '', `${revisionsOmitted} earlier events`)))
  return make('ol', 'story', ...items.reverse())
}

function storyItem({ type, time, data }, before) {
  const changes = changesBetween(before, data)
  const by = data.action === null ? '' : ` by ${data.action.by}${data.action.text ? `: “${data.action.text}”` : ''}`
  const reason = data.reason ? `: ${reasonWords(data.reason)}` : ''
  const text = `${eventWords(type)}${by}${reason}${changes.length > 0 ? ` (${changes.join('; ')})` : ''}`
  return make('li', '', make('span', 'when', timeWords(time)), make('span', '', text))
}
