// Icons next to text, or in place of text: the caller provides the label.

const paths = {
  search: 'M11.3 7a4.3 4.3 0 1 1-8.6 0a4.3 4.3 0 1 1 8.6 0zM10.2 10.2l3.4 3.4',
  filter: 'M2.5 4h11M4.5 8h7M6.5 12h3',
  more: 'M3 8h.1M8 8h.1M13 8h.1',
  down: 'M3.5 6L8 10.5 12.5 6',
  forward: 'M6 3.5L10.5 8 6 12.5',
  up: 'M8 13V3.5M4 7.5l4-4 4 4',
  list: 'M2.5 4h11M2.5 8h11M2.5 12h11',
  map: 'M2 4.2l4-1.6 4 1.6 4-1.6v9.2l-4 1.6-4-1.6-4 1.6zM6 2.6v9.2M10 4.2v9.2',
  sheet: 'M3.5 2.5h9v11h-9zM5.8 5.6h4.4M5.8 8h4.4M5.8 10.4h2.6',
  cross: 'M4 4l8 8M12 4l-8 8',
  check: 'M3 8.5l3.2 3.2L13 5',
  warning: 'M8 2.5l6 11H2zM8 6.5v3.2M8 11.6v.1',
  sound:
    'M2.5 6.2v3.6h2.2L8 12.6V3.4L4.7 6.2zM10.4 5.6a3.4 3.4 0 0 1 0 4.8M12.3 3.8a6 6 0 0 1 0 8.4',
  nearer: 'M8 3v10M3 8h10',
  farther: 'M3 8h10',
  all: 'M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10',
  layers: 'M8 2.5l6 3-6 3-6-3zM2 8.5l6 3 6-3M2 11.2l6 3 6-3',
  silent: 'M2.5 6.2v3.6h2.2L8 12.6V3.4L4.7 6.2zM10.5 6.2l3.4 3.6M13.9 6.2l-3.4 3.6'
} as const

export type IconName = keyof typeof paths

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class={`icon of-${name}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  )
}
