// An instant in UTC. It is typed part by part: taken when the field is left, or by Enter.

interface InstantProps {
  readonly label: string
  readonly ms: number
  /** What was typed, in UTC, as a field of date and time has it. */
  readonly onTyped: (text: string) => void
}

export function InstantField({ label, ms, onTyped }: InstantProps) {
  return (
    <label class="choice">
      <span>{label}</span>
      <input
        key={ms}
        type="datetime-local"
        defaultValue={new Date(ms).toISOString().slice(0, 16)}
        onBlur={({ currentTarget: { value, defaultValue } }) => {
          if (value !== defaultValue) onTyped(value)
        }}
        onKeyDown={event => {
          if (event.key === 'Enter') onTyped(event.currentTarget.value)
        }}
      />
    </label>
  )
}
