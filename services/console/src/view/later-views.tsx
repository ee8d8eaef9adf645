// What the list does without at first: loaded as one file once the list is there (load-later.ts).

export { OpenAlert } from './alert/alert-panel.tsx'
export { Overview } from './map/overview.tsx'
export { BulkBar } from './queue/bulk-bar.tsx'
export { Facets } from './queue/facets.tsx'
export { ViewForm } from './queue/view-form.tsx'
export { Palette } from './shell/palette.tsx'
export { Wall } from './wall/wall.tsx'
