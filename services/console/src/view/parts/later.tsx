// What the list does without at first, where it stands once it is loaded (load-later.ts): on a slow
// link the list comes first.

import { signal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { chosenId } from '../../state/console-state.ts'
import { palette } from '../../state/single-keys.ts'
import { words } from '../../words/words.ts'

export interface LaterViews {
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
      <button type="button" onClick={() => location.reload()}>
        {words.views.reload}
      </button>
    </div>
  )
}

export function LaterAlert() {
  const state = later.value
  if (chosenId.value === null) return null
  return state.kind === 'there' ? <state.views.OpenAlert /> : <Missing />
}

export function LaterWall() {
  const state = later.value
  return state.kind === 'there' ? <state.views.Wall /> : <Missing />
}

export function LaterOverview() {
  const state = later.value
  return state.kind === 'there' ? <state.views.Overview /> : null
}

export function LaterBulkBar() {
  const state = later.value
  return state.kind === 'there' ? <state.views.BulkBar /> : null
}

export function LaterPalette() {
  const state = later.value
  if (palette.value === null || state.kind !== 'there') return null
  return <state.views.Palette />
}

export function LaterViewForm() {
  const state = later.value
  return state.kind === 'there' ? <state.views.ViewForm /> : null
}

export function LaterFacets({ onClose }: { readonly onClose: () => void }) {
  const state = later.value
  return state.kind === 'there' ? <state.views.Facets onClose={onClose} /> : <Missing />
}
