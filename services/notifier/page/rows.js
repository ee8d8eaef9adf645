// The lists of alerts: one row for each, filled when its alert changes and moved when its place does. What the words are is wording.js's, which alerts there
// are live.js's.

import { make } from './dom.js'
import { ageWords, holderWords, placeWords, reasonWords, severityMark, statusWords, timeWords } from './wording.js'

export class AlertRows {
  #options
  #rows = new Map()

  /** `choose(id)` when a row is pressed, `isChosen(id)` whether it was, `nowIn(theatre)` the time there, ms. */
  constructor(options) {
    this.#options = options
  }

  /** Puts rows in order and moves only those that are elsewhere, so that focus and an opened text stay where they are. */
  arrange(list, wanted, freshId) {
    let at = list.firstElementChild
    for (const alert of wanted) {
      const row = this.#rowOf(alert.alertId)
      const isFresh = alert.alertId === freshId
      // Of thousands of rows an event changes one or two: the others are left as they are.
      if (row.alert !== alert || row.isFresh || isFresh) this.#fill(row, alert, isFresh)
      if (row.item === at) {
        at = at.nextElementSibling
        continue
      }
      const hadFocus = row.item.contains(document.activeElement)
      list.insertBefore(row.item, at)
      if (hadFocus) row.button.focus()
    }
  }

  /** Takes away the rows of all others. */
  keepOnly(alerts) {
    for (const [id, row] of this.#rows) {
      if (alerts.has(id)) continue
      row.item.remove()
      this.#rows.delete(id)
    }
  }

  /** Leads to the row of an alert, if it is still there. */
  focus(id) {
    this.#rows.get(id)?.button.focus()
  }

  /** Marks the one that is chosen. */
  mark() {
    for (const [id, row] of this.#rows) row.button.setAttribute('aria-current', String(this.#options.isChosen(id)))
  }

  /** Says anew how long ago each changed. */
  tellAges() {
    for (const row of this.#rows.values()) this.#fillAge(row)
  }

  #rowOf(id) {
    const known = this.#rows.get(id)
    if (known) return known
    const parts = {
      severity: make('span', 'severity'),
      headline: make('span', 'headline'),
      when: make('span', 'when'),
      facts: make('span', 'facts')
    }
    const button = make('button', 'row', parts.severity, parts.headline, parts.when, parts.facts)
    button.type = 'button'
    button.addEventListener('click', () => this.#options.choose(id))
    const row = { item: make('li', '', button), button, alert: null, isFresh: false, age: '', ...parts }
    this.#rows.set(id, row)
    return row
  }

  #fill(row, alert, isFresh) {
    row.alert = alert
    row.isFresh = isFresh
    row.button.className = `row sev-${alert.severity} ${alert.status}${isFresh ? ' is-fresh' : ''}`
    row.button.setAttribute('aria-current', String(this.#options.isChosen(alert.alertId)))
    row.severity.textContent = `${severityMark(alert.severity)} ${alert.severity}`
    row.headline.replaceChildren(...(alert.drill ? [make('span', 'drill', 'DRILL'), ' '] : []), alert.headline)
    row.when.title = `last changed ${timeWords(alert.times.detectedAt)}`
    this.#fillAge(row)
    const why =
      alert.status === 'retracted' || alert.status === 'resolved' ? reasonWords(alert.reason) : holderWords(alert.operator)
    const parts = [
      statusWords(alert.status),
      alert.certainty,
      placeWords(alert),
      why,
      alert.notify === 'quiet' && alert.revision === 1 ? 'old news' : ''
    ]
    row.facts.textContent = parts.filter(part => part !== '').join(' · ')
  }

  /** Most seconds change no word of most rows. */
  #fillAge(row) {
    const { theatre, times } = row.alert
    const words = ageWords(this.#options.nowIn(theatre) - Date.parse(times.detectedAt))
    if (row.age === words) return
    row.age = words
    row.when.textContent = words
  }
}
