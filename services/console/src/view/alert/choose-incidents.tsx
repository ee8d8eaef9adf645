// Choosing incidents to split or merge: on the map, or by ticks in the list. What is chosen stands
// here in words, and its form at the first of them in the list.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { drawablePlaces } from '../../map/shown-places.ts'
import type { ShownEvidence, ShownIncident } from '../../shown/shown-alert.ts'
import {
  beginActAt,
  chooseIncidents,
  turnIncident
} from '../../state/incidents/chosen-incidents.ts'
import type { IncidentActKind } from '../../upkeep/incident-act.ts'
import {
  type ChosenIds,
  choosable,
  whyNotMerged,
  whyNotSplit
} from '../../upkeep/incident-choice.ts'
import { incidentWords } from '../../words/alert-words.ts'
import { words } from '../../words/words.ts'

export interface ChooseProps {
  /** Null: nobody is choosing. */
  readonly ids: ChosenIds | null
  readonly evidence: readonly ShownEvidence[]
  /** Several that lie where the map was pressed: which one is meant must be said. */
  readonly here: readonly string[]
}

export function ChooseIncidents({ ids, evidence, here }: ChooseProps) {
  const { choosing } = words.incidentActs
  const all = choosable(
    evidence.map(({ incidentId }) => incidentId),
    evidence
  )
  const begin = useRef<HTMLButtonElement>(null)
  const [isEnded, setEnded] = useState(false)
  useEffect(() => {
    if (isEnded) begin.current?.focus({ preventScroll: true })
    setEnded(false)
  }, [isEnded])
  if (all.length === 0) return null
  if (ids === null)
    return (
      <p class="buttons begin-choosing">
        <button type="button" ref={begin} onClick={() => chooseIncidents(true)}>
          {choosing.begin}
        </button>
      </p>
    )
  const end = () => {
    chooseIncidents(false)
    // The button goes: the focus must not go with it.
    setEnded(true)
  }
  return <Choosing ids={ids} evidence={evidence} here={here} all={all} onEnd={end} />
}

interface ChoosingProps extends ChooseProps {
  readonly ids: ChosenIds
  readonly all: readonly ShownIncident[]
  readonly onEnd: () => void
}

function Choosing({ ids, evidence, here, all, onEnd }: ChoosingProps) {
  const { choosing } = words.incidentActs
  const title = useRef<HTMLHeadingElement>(null)
  // The button that led here is gone: the focus must not go with it. Before the part around it
  // takes it (kept-focus.ts). Who came by a form stays there.
  useLayoutEffect(() => {
    if (document.activeElement === document.body) title.current?.focus({ preventScroll: true })
  }, [])
  const chosen = choosable(ids, evidence)
  const off = all.filter(incident => drawablePlaces(incident).length === 0).length
  return (
    <section class="act choosing" aria-labelledby="choosing-title">
      <h4 id="choosing-title" ref={title} tabIndex={-1}>
        {choosing.title}
      </h4>
      <p class="soft">
        {choosing.lead} {off === 0 ? null : choosing.offMap(off)}
      </p>
      <Here ids={here} chosen={ids} evidence={evidence} />
      <p role="status">{chosen.length === 0 ? choosing.none : choosing.chosen(chosen.length)}</p>
      {chosen.length === 0 ? null : (
        <ol class="chosen-ones">
          {chosen.map(incident => (
            <li key={incident.incidentId}>
              <bdi>{incidentWords(incident)}</bdi>{' '}
              <button
                type="button"
                aria-label={choosing.backWhat(incidentWords(incident))}
                onClick={() => {
                  turnIncident(incident.incidentId, evidence)
                  title.current?.focus({ preventScroll: true })
                }}
              >
                {choosing.back}
              </button>
            </li>
          ))}
        </ol>
      )}
      <Acts chosen={chosen} evidence={evidence} onEnd={onEnd} />
    </section>
  )
}

interface ActsProps {
  readonly chosen: readonly ShownIncident[]
  readonly evidence: readonly ShownEvidence[]
  readonly onEnd: () => void
}

/** Why something can not be done stands beside it. */
function Acts({ chosen, evidence, onEnd }: ActsProps) {
  const { choosing } = words.incidentActs
  const [opened, setOpened] = useState<{ readonly id: string } | null>(null)
  // Once the form is there.
  useEffect(() => {
    if (opened !== null) focusForm(opened.id)
  }, [opened])
  const [first, second] = chosen
  const noSplit = whyNotSplit(chosen)
  const noMerge = whyNotMerged(chosen, evidence)
  const open = (kind: IncidentActKind, other?: string) => {
    if (first === undefined) return
    beginActAt(first.incidentId, kind, other)
    setOpened({ id: first.incidentId })
  }
  const whyNot = [
    noSplit === 'one-report' ? choosing.noSplit[noSplit] : null,
    noMerge === 'one-chosen' || noMerge === 'same-source' ? choosing.noMerge[noMerge] : null
  ].filter(each => each !== null)
  return (
    <>
      {whyNot.length === 0 ? null : <p class="soft">{whyNot.join(' ')}</p>}
      <p class="buttons">
        <button
          type="button"
          class="primary"
          disabled={noSplit !== null}
          onClick={() => open('split')}
        >
          {choosing.split}
        </button>
        <button
          type="button"
          class="primary"
          disabled={noMerge !== null}
          onClick={() => open('merge', second?.incidentId)}
        >
          {choosing.merge}
        </button>
        <button type="button" onClick={onEnd}>
          {choosing.end}
        </button>
      </p>
    </>
  )
}

function focusForm(incidentId: string): void {
  const form = document.getElementById(`incident-${incidentId}`)?.querySelector('form.declaration')
  form?.querySelector<HTMLElement>('input, select, textarea')?.focus()
}

interface HereProps {
  readonly ids: readonly string[]
  readonly chosen: ChosenIds
  readonly evidence: readonly ShownEvidence[]
}

/** Marks that lie on one another, each by its name. */
function Here({ ids, chosen, evidence }: HereProps) {
  const first = useRef<HTMLInputElement>(null)
  const found = choosable(ids, evidence)
  useEffect(() => {
    if (ids.length > 1) first.current?.focus()
  }, [ids])
  if (found.length < 2) return null
  return (
    <fieldset class="leaving">
      <legend>{words.incidentActs.choosing.here(found.length)}</legend>
      {found.map((incident, i) => (
        <label key={incident.incidentId}>
          <input
            type="checkbox"
            ref={i === 0 ? first : null}
            checked={chosen.includes(incident.incidentId)}
            onChange={() => turnIncident(incident.incidentId, evidence)}
          />{' '}
          <bdi>{incidentWords(incident)}</bdi>
        </label>
      ))}
    </fieldset>
  )
}

export interface TickProps {
  readonly incident: ShownIncident
  readonly chosen: ChosenIds
  readonly evidence: readonly ShownEvidence[]
}

/** The same choice in the list, for who does not see the map or does not use it. */
export function TickIncident({ incident, chosen, evidence }: TickProps) {
  const { choosing } = words.incidentActs
  if (incident.withdrawn) return null
  const { incidentId } = incident
  const at = chosen.indexOf(incidentId)
  return (
    <label class="tick-incident">
      <input
        type="checkbox"
        aria-label={choosing.tickWhat(incidentWords(incident))}
        checked={at >= 0}
        onChange={() => turnIncident(incidentId, evidence)}
      />{' '}
      {choosing.tick}
      {at < 0 ? null : <b class="chosen-number">{(at + 1).toLocaleString(words.language)}</b>}
    </label>
  )
}
