export { part } from '../en/digest.ts'
