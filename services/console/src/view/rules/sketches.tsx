// A list of previewed alerts. Each can be marked on the map.

import type { ComponentChildren } from 'preact'
import type { NamedSketch } from '../../records/rule-preview.ts'
import type { AlertSketch } from '../../shown/answers.ts'
import { durationWords, windowWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { SeverityMark } from '../parts/severity.tsx'

interface SketchesProps {
  readonly sign: string
  readonly title: string
  readonly sketches: readonly NamedSketch[]
  readonly picked: string | null
  readonly onPick: (id: string) => void
  /** Summary of them all; with it, each row shows how late it is. */
  readonly children?: ComponentChildren
}

export function Sketches({ sign, title, sketches, picked, onPick, children }: SketchesProps) {
  if (sketches.length === 0) return null
  return (
    <>
      <h5>{title}</h5>
      {children}
      <ul class="sketches">
        {sketches.map(({ id, sketch, before }) => (
          <li key={id} id={`sketch-${id}`} class={id === picked ? 'is-picked' : ''}>
            <button
              type="button"
              class="mark-event"
              aria-pressed={id === picked}
              aria-label={words.rules.markWhat(sketch.headline)}
              onClick={() => onPick(id)}
            >
              {words.onMap.mark}
            </button>
            <span aria-hidden="true">{sign} </span>
            <Sketch sketch={sketch} />
            {children == null ? null : (
              <span class="soft"> · {words.rules.lateOne(durationWords(sketch.lateSeconds))}</span>
            )}
            {before === null ? null : (
              <span class="soft">
                {' '}
                {words.rules.was}: <Sketch sketch={before} />
              </span>
            )}
          </li>
        ))}
      </ul>
    </>
  )
}

function Sketch({ sketch: { severity, headline, window } }: { readonly sketch: AlertSketch }) {
  return (
    <>
      <SeverityMark severity={severity} /> <bdi>{headline}</bdi>{' '}
      <span class="soft">({windowWords(window)})</span>
    </>
  )
}
