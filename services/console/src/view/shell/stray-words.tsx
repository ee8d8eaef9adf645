// The outcome of a split or merge of an incident that is no longer shown, and what was typed: shown
// until it is read.

import { openAlert } from '../../state/current-view.ts'
import {
  dropStray,
  type StrayDeclaration,
  strayDeclarations
} from '../../state/incidents/incident-acts.ts'
import { words } from '../../words/words.ts'

export function StrayWords() {
  const all = strayDeclarations.value
  if (all.length === 0) return null
  return (
    <section class="banner stray" aria-label={words.stray.title}>
      <ul>
        {all.map(each => (
          <Stray key={each.incidentId} {...each} />
        ))}
      </ul>
    </section>
  )
}

function Stray({ incidentId, alertId, kind, what, outcome, note }: StrayDeclaration) {
  const { stray } = words
  return (
    <li>
      <p>
        <b>
          <bdi>{stray[kind](what)}</bdi>
        </b>{' '}
        {'text' in outcome ? outcome.text : stray.left}{' '}
        {alertId === '' ? null : (
          <button type="button" onClick={() => openAlert(alertId)}>
            {stray.open}
          </button>
        )}{' '}
        <button type="button" onClick={() => dropStray(incidentId)}>
          {note === '' ? stray.read : stray.drop}
        </button>
      </p>
      {note === '' ? null : (
        <label class="choice wide">
          <span>{stray.kept}</span>
          <textarea
            readOnly
            rows={2}
            value={note}
            onFocus={event => event.currentTarget.select()}
          />
        </label>
      )}
    </li>
  )
}
