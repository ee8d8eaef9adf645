// One of a few, each by a press: what is chosen is pressed.

interface SegmentsProps<T> {
  readonly label: string
  readonly options: readonly (readonly [value: T, words: string])[]
  readonly value: T
  readonly onPick: (value: T) => void
}

export function Segments<T extends string | number>(props: SegmentsProps<T>) {
  const { label, options, value, onPick } = props
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has a frame of its own.
    <span class="spans" role="group" aria-label={label}>
      {options.map(([each, said]) => (
        <button
          type="button"
          key={each}
          class="small bare"
          aria-pressed={each === value}
          onClick={() => onPick(each)}
        >
          {said}
        </button>
      ))}
    </span>
  )
}
