import type { SpeedLanguage, SpeedPrompt } from "@lyceum/domain";

/** Records in a long prompt: with its question about 4,096 tokens by our estimate. */
const records = { zh: 113, en: 134 };

const questions = {
  short: {
    zh: "从熵的定义讲起，用三百字说明热力学第二定律为什么给时间指出方向，再举一个日常的例子，并说明微观可逆与宏观不可逆为何并不矛盾。只写正文，不要标题，不要列表。",
    en: "Starting from the definition of entropy, explain in two hundred words why the second law of thermodynamics gives time a direction, give one everyday example, and say why reversible laws of motion do not contradict it. Write plain prose without headings or lists.",
  },
  long: {
    zh: "根据上面的记录，用三百字说明气体的压强随温度怎样变化，哪些点可疑，为什么。只写正文。",
    en: "From the records above, explain in two hundred words how the pressure of the gas changes with temperature, which points are doubtful, and why. Write plain prose without headings.",
  },
} as const;

/**
 * A prompt of fixed length. The nonce makes its first line, so that no server finds anything of it in a prefix cache; a cached run uses the
 * same one each time.
 */
export function speedPrompt(prompt: SpeedPrompt, language: SpeedLanguage, nonce: string): string {
  const parts = [language === "zh" ? `编号 ${nonce}` : `Test ${nonce}`];
  if (prompt === "long") for (let index = 1; index <= records[language]; index++) parts.push(record(index, language));
  return [...parts, questions[prompt][language]].join("\n");
}

/** One measurement of a gas that isn't quite ideal; the numbers only look random. */
function record(index: number, language: SpeedLanguage): string {
  const temperature = 280 + ((index * 7919) % 1200) / 10;
  const volume = 2 + ((index * 104729) % 90) / 100;
  const pressure = (0.8314 * temperature) / volume + ((index * 31) % 17) / 10;
  const [t, v, p] = [temperature.toFixed(1), volume.toFixed(2), pressure.toFixed(2)];
  return language === "zh"
    ? `第 ${index} 次：温度 ${t} K，体积 ${v} L，压强 ${p} kPa。`
    : `No. ${index}: temperature ${t} K, volume ${v} L, pressure ${p} kPa.`;
}
