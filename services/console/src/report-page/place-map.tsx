// The place of a report, pointed at on a map.

import { Button } from '../view/parts/basics.tsx'
import '../style/map.css'
import { useEffect, useRef, useState } from 'preact/hooks'
import { suite } from '../http/requests.ts'
import { kmAt, pointKmMax, ringPx } from '../map/pointed-place.ts'
import { pointTyped, readAreaFields, readPointFields, withoutOtherArea } from '../records/report.ts'
import { MapFoot, MapTools, MapWords } from '../view/map/map-controls.tsx'
import type { PlaceView } from '../view/map/place-canvas.ts'
import { useMap, useRecolour } from '../view/map/use-map.ts'
import { areaWords, codeNames, nameIn } from '../words/code-names.ts'
import { language, words } from '../words/words.ts'
import { report } from './reporter-state.ts'

const regionWords = (code: string) => words.report.regionOf(nameIn('areas', code) ?? code)

export function PlaceMap() {
  const told = words.report
  const { lat, lon, radiusKm, country } = report.typed.value
  const typed = pointTyped({ lat, lon, radiusKm })
  const [view, setView] = useState<PlaceView | null>(null)
  const [used, setUsed] = useState('')
  const { container, canvas, loading, again } = useMap((element, { script, base }) =>
    script.openPlaceMap(element, base, { typed, country, label: told.map, onView: setView })
  )
  const box = useRef<HTMLElement>(null)
  useEffect(() => canvas?.mark(typed), [canvas, typed?.lat, typed?.lon, typed?.km])
  const isFirst = useRef(true)
  useEffect(() => {
    // At first it is there already.
    if (!isFirst.current && typed === null && country !== '') canvas?.goCountry(country)
    isFirst.current = false
  }, [country])
  useRecolour(canvas)
  // Nobody points at what is not drawn.
  const isDrawn = loading === 'shown'
  const km = view === null || !isDrawn ? null : kmAt(view.zoom, view.lat)
  const isPoint = km !== null && km < pointKmMax
  const usePoint = () => {
    if (view === null || km === null || !isPoint) return
    const fields = readPointFields({ ...view, km }, km)
    const typed = report.typed.peek()
    const taken = withoutOtherArea(typed, view.area, regionWords)
    report.change({ ...fields, ...taken })
    const used = told.usedPoint(fields.lat, fields.lon, km)
    setUsed(
      taken.admin1 === undefined
        ? used
        : `${used} ${told.areaTakenOut(areaWords(typed.admin1.trim()))}`
    )
  }
  const useArea = () => {
    if (view === null || view.area === null || !isDrawn) return
    report.change(readAreaFields(view.area, regionWords(view.area), report.typed.peek()))
    setUsed(told.usedArea(areaWords(view.area)))
  }
  useEffect(() => {
    void suite.names(language.peek()).then(answer => {
      if (answer.kind === 'ok') codeNames.value = answer.body
    })
  }, [])
  // Who opens it looks for it: below the screen it would not even be loaded.
  useEffect(() => box.current?.scrollIntoView({ block: 'nearest' }), [])
  return (
    <section class="pointing as-grid gap-2" aria-label={told.map} ref={box} tabIndex={-1}>
      <div class="map column">
        <div class="map-room">
          <div class="map-canvas" ref={container} />
          <svg class="crosshair" viewBox="-40 -40 80 80" aria-hidden="true">
            <circle r={ringPx} />
            <path d="M-40 0H-6M6 0H40M0-40V-6M0 6V40" />
          </svg>
          <MapTools canvas={canvas} />
        </div>
        <MapFoot places={null} scale={null} />
        <MapWords
          loading={loading}
          again={() => {
            // The button goes: the focus must not go with it.
            box.current?.focus()
            again()
          }}
        />
      </div>
      {view === null || km === null ? null : (
        <>
          <p class="pointing-words" role="status">
            {isPoint
              ? told.pointsAt(
                  readPointFields({ ...view, km }, km),
                  view.area === null ? null : areaWords(view.area)
                )
              : told.tooFar(view.area === null ? null : areaWords(view.area))}
          </p>
          <p class="line">
            <Button class={isPoint ? 'primary' : ''} disabled={!isPoint} onClick={usePoint}>
              {told.usePoint}
            </Button>
            <Button disabled={view.area === null} onClick={useArea}>
              {view.area === null ? told.useNoArea : told.useArea(areaWords(view.area))}
            </Button>
          </p>
        </>
      )}
      <p role="status">{used}</p>
    </section>
  )
}
