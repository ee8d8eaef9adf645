// The lists of alerts: one row each, updated when its alert changes and moved when its place does. Texts are in wording.js, the
// alerts in live.js.

import { make } from './dom.js'
import { ageWords, holderWords, placeWords, reasonWords, severityMark, statusWords, timeWords } from './wording.js'

export class AlertRows {
  #options
  #rows = new Map()

  /**
   * `choose(id)` is called when a row is pressed, `isChosen(id)` tells whether it is selected, `nowIn(theatre)` the time there,
   * ms.
   */
  constructor(options) {
    this.#options = options
  }

  /** Orders the rows and moves only misplaced ones, so that focus and an open text stay in place. */
  arrange(list, wanted, freshId) {
    let at = list.firstElementChild
    for (const alert of wanted) {
      const row = this.#rowOf(alert.alertId)
      const isFresh = alert.alertId === freshId
      // An event changes one or two of thousands of rows: the others are left alone.
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

  /** Removes all other rows. */
  keepOnly(alerts) {
    for (const [id, row] of this.#rows) {
      if (alerts.has(id)) continue
      row.item.remove()
      this.#rows.delete(id)
    }
  }

  /** Focuses the row of an alert, if it still exists. */
  focus(id) {
    this.#rows.get(id)?.button.focus()
  }

  /** Marks the chosen one. */
  mark() {
    for (const [id, row] of this.#rows) row.button.setAttribute('aria-current', String(this.#options.isChosen(id)))
  }

  /** Updates the ages. */
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

  /** Most seconds change no text in most rows. */
  #fillAge(row) {
    const { theatre, times } = row.alert
    const words = ageWords(this.#options.nowIn(theatre) - Date.parse(times.detectedAt))
    if (row.age === words) return
    row.age = words
    row.when.textContent = words
  }
}
