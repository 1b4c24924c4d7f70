/**
 * AES-256-GCM-SIV for SSH.
 *
 * @module
 */
export { aes256GcmSiv } from './aes-gcm-siv.ts'
