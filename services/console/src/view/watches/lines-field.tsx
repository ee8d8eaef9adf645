// The subscriptions of a shift, and the way to make a new one.

import type { Watch } from '../../shown/answers.ts'
import { mayUse } from '../../state/console-state.ts'
import { openView } from '../../state/current-view.ts'
import { words } from '../../words/words.ts'
import { PickField } from '../parts/pick-field.tsx'
import { listLines } from './line-names.ts'

interface LinesProps {
  readonly watch: Watch
  readonly lines: readonly string[]
  readonly fault: string | undefined
  readonly change: (lines: readonly string[]) => void
}

export function LinesField({ watch, lines, fault, change }: LinesProps) {
  const told = words.watches.form
  const options = listLines(watch).map(
    ({ id, name, warning }) => [id, warning === null ? name : `${name}: ${warning}`] as const
  )
  return (
    <div>
      {options.length === 0 ? (
        <p class="hint">{told.noLines}</p>
      ) : (
        <PickField
          label={words.views.names.subscriptions}
          hint={told.linesHint}
          fault={fault}
          options={options}
          chosen={lines}
          choose={change}
        />
      )}
      {mayUse('subscriptions:manage') ? (
        <button type="button" class="as-link" onClick={() => openView('subscriptions', 'new')}>
          {told.makeLine}
        </button>
      ) : null}
    </div>
  )
}
