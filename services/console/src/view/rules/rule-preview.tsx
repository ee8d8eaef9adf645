// What a change of a rule would do to the alerts, by theatre, as a list and on the map.

import { useMemo, useState } from 'preact/hooks'
import type { RulePreview } from '../../shown/answers.ts'
import { theatreWords } from '../../state/console-state.ts'
import {
  computeSketches,
  findFirstKind,
  type PreviewKind,
  previewKinds
} from '../../upkeep/preview-sketches.ts'
import { words } from '../../words/words.ts'
import { Choice } from '../parts/choice.tsx'
import { SketchMap } from './sketch-map.tsx'
import { Sketches } from './sketches.tsx'

const signs = { appear: '+', change: '~', vanish: '−' } as const

export function Preview({ preview }: { readonly preview: RulePreview }) {
  const told = words.rules
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
    <section class="rule-preview" aria-labelledby="preview-title">
      <h3 id="preview-title">{told.diff}</h3>
      {drawn === null ? (
        <p>{told.nothing}</p>
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
      {touched.map(({ theatre, omitted }) => (
        <div key={theatre} class="rule-preview-theatre">
          <h4>{told.inTheatre(theatreWords(theatre))}</h4>
          {previewKinds.map(kind => {
            const own = (lists.get(kind) ?? []).filter(each => each.theatre === theatre)
            const one = { sign: signs[kind], title: told[kind](own.length), sketches: own, picked }
            return <Sketches key={kind} {...one} onPick={id => pick(kind, id)} />
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
