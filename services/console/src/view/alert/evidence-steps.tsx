// Steps through the evidence in the order in which it happened: a slider, and buttons for who does
// not drag.

import type { ShownEvent } from '../../map/evidence-steps.ts'
import { kindWords, precisionWords } from '../../words/alert-words.ts'
import { windowWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'

interface StepsProps {
  readonly events: readonly ShownEvent[]
  /** Null: all of them. */
  readonly step: number | null
  readonly onStep: (step: number | null) => void
}

export function EvidenceSteps({ events, step, onStep }: StepsProps) {
  const { onMap } = words
  const count = events.length
  if (count < 2) return null
  const last = count - 1
  const at = step ?? last
  const shown = events[at]
  const said =
    step === null || shown === undefined
      ? onMap.all(count)
      : onMap.step(
          at + 1,
          count,
          `${windowWords(shown.incident.occurred)}, ${kindWords(shown.incident)}: ${precisionWords(shown.incident.place)}`
        )
  const button = (name: string, to: number | null, isOff: boolean) => (
    <button type="button" aria-disabled={isOff} onClick={() => (isOff ? undefined : onStep(to))}>
      {name}
    </button>
  )
  return (
    <fieldset class="steps">
      <legend>{onMap.steps}</legend>
      {button(onMap.first, 0, step === 0)}
      {button(onMap.back, Math.max(0, at - 1), at === 0)}
      <input
        type="range"
        min={0}
        max={last}
        value={at}
        aria-label={onMap.stepsOf(count)}
        aria-valuetext={said}
        onInput={event => onStep(Number(event.currentTarget.value))}
      />
      {button(onMap.next, Math.min(last, at + 1), at === last)}
      {button(onMap.showAll, null, step === null)}
      <p class="step-words" role="status">
        <bdi>{said}</bdi>
      </p>
    </fieldset>
  )
}
