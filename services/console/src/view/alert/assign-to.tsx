// To whom an alert is assigned: names that are known are offered, and one that is not is said to be
// none.

import { useEffect, useId } from 'preact/hooks'
import { isUnknownName, knownPeople } from '../../live/known-people.ts'
import type { AlertDetail } from '../../shown/shown-alert.ts'
import { caller, picture } from '../../state/console-state.ts'
import { changeDraft } from '../../state/drafts.ts'
import { watches } from '../../state/webhooks/watches.ts'
import { words } from '../../words/words.ts'

interface AssignToProps {
  readonly alert: AlertDetail
  readonly to: string
}

export function AssignTo({ alert, to }: AssignToProps) {
  const id = useId()
  useEffect(() => void watches.load(), [])
  const acted = [...picture.alerts.values(), ...alert.revisions.map(({ data }) => data)]
  const names = knownPeople(
    caller.value?.name ?? null,
    acted,
    watches.state.value.body?.items ?? []
  )
  return (
    <>
      <label class="choice">
        <span>{words.acts.assignTo}</span>
        <input
          list={id}
          maxLength={200}
          value={to}
          onInput={event => changeDraft(alert.alertId, { to: event.currentTarget.value })}
        />
      </label>
      <datalist id={id}>
        {names.map(name => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <p class="soft" role="status">
        {isUnknownName(to, names) ? words.acts.nobodyOfName(to.trim()) : ''}
      </p>
      <p class="soft">{words.acts.assignedCalls}</p>
    </>
  )
}
