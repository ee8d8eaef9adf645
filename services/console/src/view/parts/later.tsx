// What the list does without at first, where it stands once it is loaded (load-later.ts): on a slow
// link the list comes first.

import { signal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { words } from '../../words/words.ts'
import { Button } from './button.tsx'

interface LaterViews {
  readonly OpenAlert: ComponentType
  readonly Overview: ComponentType
  readonly Wall: ComponentType
  readonly BulkBar: ComponentType
  readonly Palette: ComponentType
  readonly ViewForm: ComponentType
  readonly Facets: ComponentType<{ readonly onClose: () => void }>
}

type Loaded =
  | { readonly kind: 'none' | 'loading' | 'failed' }
  | { readonly kind: 'there'; readonly views: LaterViews }

export const later = signal<Loaded>({ kind: 'none' })

function Missing() {
  if (later.value.kind !== 'failed') return <p class="connecting">{words.views.loading}</p>
  return (
    <div class="connecting">
      <p role="alert">{words.views.failed}</p>
      <Button onClick={() => location.reload()}>{words.views.reload}</Button>
    </div>
  )
}

interface LaterProps {
  readonly name: Exclude<keyof LaterViews, 'Facets'>
  /** Whether somebody waits for it: that it is on its way, or could not come, is said. */
  readonly isAwaited?: boolean
}

export function Later({ name, isAwaited = false }: LaterProps) {
  const state = later.value
  if (state.kind !== 'there') return isAwaited ? <Missing /> : null
  const View = state.views[name]
  return <View />
}

export function LaterFacets({ onClose }: { readonly onClose: () => void }) {
  const state = later.value
  return state.kind === 'there' ? <state.views.Facets onClose={onClose} /> : <Missing />
}
