// What stands over a map that is not there, and a way to try again.

import { words } from '../../words/words.ts'
import type { MapLoading } from './use-map.ts'

const said: Readonly<Record<MapLoading, string>> = {
  loading: words.map.loading,
  drawing: words.map.drawing,
  shown: '',
  'not-loaded': words.map.notLoaded,
  'not-drawn': words.map.notDrawn
}

export function MapWords({
  loading,
  again
}: {
  readonly loading: MapLoading
  readonly again: () => void
}) {
  const isOff = loading === 'not-loaded' || loading === 'not-drawn'
  return (
    <>
      <div class={loading === 'shown' ? 'visually-hidden' : `map-words ${isOff ? 'is-off' : ''}`}>
        <p role="status">{said[loading]}</p>
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
