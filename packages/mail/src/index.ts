export { type Letter, type LetterNotice, noticeLetter, testLetter, verificationLetter } from "./letters.ts";
export { type MailServer, type Sent, sendLetter } from "./send-letter.ts";
