/** The one answer of the plain text models: Chinese, English and a character outside the basic plane. */
export const shortText = "你好，这里是演示上游。Hello from the demo upstream. 𝒆 ≈ 2.718 🎓";

/** What the reasoning model thinks and then says. */
export const shortReasoning = "先看量纲：两边都是能量。再看极限：速度趋于零时应当回到静能。";
export const shortConclusion = "所以 E² = (pc)² + (mc²)²。";

type Passage = { keywords: readonly string[]; reasoning: string; text: string };

const oscillator: Passage = {
  keywords: ["振动", "振子", "弹簧", "oscillator", "单摆", "pendulum"],
  reasoning:
    "题目问的是简谐振动。先写出回复力 F = −kx，再由牛顿第二定律得到微分方程，最后讨论能量和近似成立的条件。单摆只有在小角度下才满足这一形式，这一点要说明。",
  text: "简谐振动的出发点是线性回复力 $F=-kx$。代入牛顿第二定律得到 $\\ddot{x}+\\omega^2 x=0$，其中 $\\omega=\\sqrt{k/m}$，通解为 $x(t)=A\\cos(\\omega t+\\varphi)$，振幅和初相由初始条件决定。系统的总能量 $E=\\tfrac12 kA^2$ 守恒，动能与势能以两倍频率相互转化，一个周期内的平均值相等。单摆在摆角较小时 $\\sin\\theta\\approx\\theta$，于是周期 $T=2\\pi\\sqrt{l/g}$ 与振幅无关；摆角到 $20^\\circ$ 时，真实周期比这个结果约长千分之八。",
};

const relativity: Passage = {
  keywords: ["相对论", "光速", "洛伦兹", "relativ", "质能"],
  reasoning:
    "从两条基本假设出发：相对性原理和光速不变。由此推出洛伦兹变换，再解释时间膨胀和同时的相对性。举 μ 子的例子最直观。",
  text: "狭义相对论只有两条基本假设：物理规律在一切惯性系中形式相同，真空中的光速与光源运动无关。由此得到洛伦兹变换，其中 $\\gamma=1/\\sqrt{1-v^2/c^2}$。运动的钟走得慢，$\\Delta t=\\gamma\\,\\Delta\\tau$；运动的尺沿运动方向缩短为 $L_0/\\gamma$。宇宙线中的 μ 子静止寿命只有 $2.2\\,\\mu\\mathrm{s}$，却能从十几公里的高空到达地面，正是这一效应的直接证据。能量与动量满足 $E^2=(pc)^2+(mc^2)^2$，物体静止时就回到熟悉的 $E=mc^2$。",
};

const thermodynamics: Passage = {
  keywords: ["热力学", "熵", "卡诺", "温度", "entropy", "thermo"],
  reasoning:
    "先区分第一定律和第二定律：前者说能量守恒，后者说方向。熵可以从克劳修斯不等式引入，也可以从微观状态数引入，两者要联系起来。",
  text: "热力学第一定律说的是能量守恒：系统内能的增加等于吸收的热量减去对外做的功，$\\mathrm{d}U=\\delta Q-\\delta W$。第二定律说的是方向：孤立系统的熵不会减少。在可逆过程中 $\\mathrm{d}S=\\delta Q/T$，而玻尔兹曼的公式 $S=k_B\\ln\\Omega$ 把它与微观状态的数目联系起来。工作在温度 $T_1$ 与 $T_2$ 之间的热机，效率不可能超过卡诺循环的 $1-T_2/T_1$。因此提高热源温度、降低冷源温度，是提高效率的两条根本途径。",
};

const quantum: Passage = {
  keywords: [],
  reasoning:
    "需要一个简明而准确的说明。可以从一维无限深势阱入手：边界条件决定驻波，驻波决定能级。然后联系不确定关系解释零点能，最后说明与经典极限的关系。",
  text: "以一维无限深势阱为例，可以看清量子力学与经典力学的差别。粒子被限制在宽度为 $a$ 的区间内，波函数必须在边界上为零，因此只有驻波 $\\psi_n(x)=\\sqrt{2/a}\\,\\sin(n\\pi x/a)$ 是允许的。相应的能量 $E_n=\\dfrac{n^2\\pi^2\\hbar^2}{2ma^2}$ 是分立的，并且最低能量不为零。这一零点能可以由不确定关系 $\\Delta x\\,\\Delta p\\ge\\hbar/2$ 理解：位置越受限制，动量的涨落就越大。当 $n$ 很大时，相邻能级的相对间隔趋于零，概率分布的平均也趋于均匀，这正是对应原理所要求的经典极限。",
};

/** The passage whose keyword occurs first in the list order in `question`; one on quantum mechanics otherwise. */
export function passageFor(question: string): Passage {
  const lower = question.toLowerCase();
  return (
    [oscillator, relativity, thermodynamics].find((passage) => passage.keywords.some((word) => lower.includes(word))) ??
    quantum
  );
}
