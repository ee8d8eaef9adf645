// What a change of a rule would do to the alerts, or what a rule would have raised over the kept
// data: by theatre, as a list and on the map.

import { useId, useMemo, useState } from 'preact/hooks'
import {
  computeSketches,
  findFirstKind,
  type PreviewKind,
  previewKinds
} from '../../records/rule-preview.ts'
import type { RulePreview, TheatrePreview } from '../../shown/answers.ts'
import { theatreWords } from '../../state/console-state.ts'
import { durationWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Choice } from '../parts/choice.tsx'
import { BacktestSum } from './backtest.tsx'
import { SketchMap } from './sketch-map.tsx'
import { Sketches } from './sketches.tsx'

const signs = { appear: '+', change: '~', vanish: '−' } as const

interface PreviewProps {
  readonly preview: RulePreview
  readonly isBacktest?: boolean
}

export function Preview({ preview, isBacktest = false }: PreviewProps) {
  const told = words.rules
  const titleId = useId()
  const touched = preview.theatres.filter(
    ({ appear, change, vanish }) => appear.length + change.length + vanish.length > 0
  )
  const same = preview.theatres.reduce((count, each) => count + each.same, 0)
  const lists = useMemo(
    () => new Map(previewKinds.map(kind => [kind, computeSketches(preview, kind)])),
    [preview]
  )
  const [drawn, setDrawn] = useState(() => findFirstKind(preview))
  const [picked, setPicked] = useState<string | null>(null)
  const pick = (kind: PreviewKind, id: string) => {
    setDrawn(kind)
    setPicked(picked === id ? null : id)
  }
  return (
    <section class="rule-preview" aria-labelledby={titleId}>
      <h3 id={titleId}>{isBacktest ? told.backtestTitle : told.diff}</h3>
      {isBacktest ? <BacktestSum preview={preview} /> : null}
      {drawn === null ? (
        isBacktest ? null : (
          <p>{told.nothing}</p>
        )
      ) : (
        <>
          <Choice
            label={told.onMap}
            value={drawn}
            options={previewKinds.flatMap(kind => {
              const count = lists.get(kind)?.length ?? 0
              return count === 0 ? [] : [[kind, told.kinds[kind](count)] as const]
            })}
            onPick={kind => setDrawn(kind as PreviewKind)}
          />
          <SketchMap
            label={told.mapOf[drawn]}
            sketches={lists.get(drawn) ?? []}
            picked={picked}
            onPick={id => pick(drawn, id)}
          />
        </>
      )}
      {touched.map(({ theatre, omitted, lateness }) => (
        <div key={theatre} class="rule-preview-theatre">
          <h4>{told.inTheatre(theatreWords(theatre))}</h4>
          {previewKinds.map(kind => {
            const own = (lists.get(kind) ?? []).filter(each => each.theatre === theatre)
            const one = { sign: signs[kind], title: told[kind](own.length), sketches: own, picked }
            return (
              <Sketches key={kind} {...one} onPick={id => pick(kind, id)}>
                {isBacktest && lateness !== null ? <p>{latenessWords(lateness)}</p> : null}
              </Sketches>
            )
          })}
          {omitted === 0 ? null : <p>{told.omitted(omitted)}</p>}
        </div>
      ))}
      {same === 0 ? null : <p class="soft">{told.same(same)}</p>}
      {preview.complete ? null : (
        <p class="failure">{told.elsewhere(preview.elsewhere.join(', '))}</p>
      )}
    </section>
  )
}

function latenessWords({
  medianSeconds,
  p90Seconds,
  maxSeconds
}: NonNullable<TheatrePreview['lateness']>): string {
  return words.rules.lateness(
    durationWords(medianSeconds),
    durationWords(p90Seconds),
    durationWords(maxSeconds)
  )
}
