// What stands over a map that is not there, and a way to try again.

import { words } from '../../words/words.ts'
import type { MapLoading } from './use-map.ts'

function said(loading: MapLoading): string {
  const { map } = words
  return {
    loading: map.loading,
    drawing: map.drawing,
    shown: '',
    'not-loaded': map.notLoaded,
    'not-drawn': map.notDrawn,
    faulty: map.faulty
  }[loading]
}

export function MapWords({
  loading,
  again
}: {
  readonly loading: MapLoading
  readonly again: () => void
}) {
  const isOff = loading === 'not-loaded' || loading === 'not-drawn' || loading === 'faulty'
  return (
    <>
      <div class={loading === 'shown' ? 'visually-hidden' : `map-words ${isOff ? 'is-off' : ''}`}>
        <p role="status">{said(loading)}</p>
        {isOff ? (
          <button type="button" onClick={again}>
            {words.map.again}
          </button>
        ) : null}
      </div>
      {loading === 'shown' ? null : <p class="map-not-drawn">{words.map.notOnPaper}</p>}
    </>
  )
}
