// The subscriptions of a shift: one list to choose from for each, and a further one at the end.

import type { Watch } from '../../shown/answers.ts'
import { linesMax } from '../../upkeep/watch-draft.ts'
import { words } from '../../words/words.ts'
import { FieldGroup } from '../parts/controls.tsx'
import { lineChoices, lineWords } from './line-names.ts'

interface LinesProps {
  readonly watch: Watch
  readonly lines: readonly string[]
  readonly fault: string | undefined
  readonly change: (lines: readonly string[]) => void
}

export function LinesField({ watch, lines, fault, change }: LinesProps) {
  const told = words.watches.form
  const choices = lineChoices(watch)
  const isFull = lines.length >= linesMax || choices.every(({ id }) => lines.includes(id))
  const choose = (place: number, id: string) =>
    change(
      id === ''
        ? lines.toSpliced(place, 1)
        : lines.toSpliced(place, place < lines.length ? 1 : 0, id)
    )
  return (
    <FieldGroup
      legend={words.watches.lines}
      hint={choices.length > 0 ? told.linesHint : told.noLines}
      fault={fault}
    >
      {[...lines, ...(isFull ? [] : [''])].map((line, place) => (
        <Line
          // A place, not a line: who changes one by keyboard stays at it.
          key={`place ${place}`}
          place={place}
          line={line}
          watch={watch}
          choices={choices.filter(({ id }) => id === line || !lines.includes(id))}
          choose={id => choose(place, id)}
        />
      ))}
    </FieldGroup>
  )
}

interface LineProps {
  readonly place: number
  readonly line: string
  readonly watch: Watch
  readonly choices: ReturnType<typeof lineChoices>
  readonly choose: (id: string) => void
}

function Line({ place, line, watch, choices, choose }: LineProps) {
  const told = words.watches.form
  const warning = line === '' ? null : lineWords(line, watch).warning
  return (
    <label class="watch-line">
      <span>{told.line(place + 1)}</span>
      <select value={line} onChange={event => choose(event.currentTarget.value)}>
        <option value="">{told.lineNone}</option>
        {choices.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      {warning === null ? null : <span class="hint">{warning}</span>}
    </label>
  )
}
