export { part } from '../en/keys.ts'
