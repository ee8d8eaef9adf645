// What is loaded together when a map is first shown.

export { openMap } from './map-canvas.ts'
export { openPlaceMap } from './place-canvas.ts'
