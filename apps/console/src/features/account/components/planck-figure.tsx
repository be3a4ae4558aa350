import { getTranslations } from "next-intl/server";
import { Caption } from "#components/ui/table.tsx";
import { planckPath, plot, plotX, plotY, wienPath } from "../planck.ts";

const curves = [
  { kelvin: 5778, labelX: 203, labelY: 120, opacity: 1 },
  { kelvin: 5000, labelX: 193, labelY: 215, opacity: 0.63 },
  { kelvin: 4000, labelX: 245, labelY: 314, opacity: 0.51 },
  { kelvin: 3000, labelX: 304, labelY: 346, opacity: 0.39 },
];
const wavelengths = [0, 0.5, 1, 1.5, 2, 2.5];
const values = [0, 0.25, 0.5, 0.75, 1];
/** What the eye sees, 0.38 to 0.75 µm. The one gradient of the product: here it is a quantity. */
const visible = [
  { offset: 0, color: "#5b3fb0" },
  { offset: 0.25, color: "#2f74d0" },
  { offset: 0.45, color: "#2f9c63" },
  { offset: 0.65, color: "#d9b02c" },
  { offset: 0.82, color: "#d9712c" },
  { offset: 1, color: "#b0261e" },
];

/** Planck's curves, drawn from the formula, with the formula. */
export async function PlanckFigure() {
  const translate = await getTranslations("account");
  return (
    <figure>
      <svg className="chart" viewBox="0 0 560 400" role="img" aria-label={translate("figureLabel")}>
        <defs>
          <linearGradient id="visible">
            {visible.map(({ offset, color }) => (
              <stop key={offset} offset={offset} stopColor={color} />
            ))}
          </linearGradient>
        </defs>
        <rect x={plotX(0.38)} y={plot.bottom - 5} width={plotX(0.75) - plotX(0.38)} height="5" fill="url(#visible)" />
        <Axes />
        {curves.map(({ kelvin, opacity }) => (
          <path
            key={kelvin}
            d={planckPath(kelvin)}
            fill="none"
            stroke={`var(--color-${kelvin === 5778 ? "accent" : "text"})`}
            strokeWidth={kelvin === 5778 ? 1.9 : 1.1}
            opacity={opacity}
          />
        ))}
        <path d={wienPath()} fill="none" stroke="var(--color-muted)" strokeDasharray="3 4" />
        {curves.map(({ kelvin, labelX, labelY }) => (
          <text key={kelvin} className="ink" x={labelX} y={labelY}>
            {kelvin} K
          </text>
        ))}
      </svg>
      <figcaption className="mt-4">
        <Caption kind="figure" number={1}>
          {translate("figureCaption")} <WienLaw />
        </Caption>
        <PlanckLaw />
      </figcaption>
    </figure>
  );
}

function Axes() {
  return (
    <>
      {wavelengths.map((wavelength) => (
        <g key={wavelength}>
          <line className="axis" x1={plotX(wavelength)} x2={plotX(wavelength)} y1={plot.bottom} y2={plot.bottom + 5} />
          <text x={plotX(wavelength)} y={plot.bottom + 19} textAnchor="middle">
            {wavelength.toFixed(1)}
          </text>
        </g>
      ))}
      {values.map((value) => (
        <g key={value}>
          <line className="axis" x1={plot.left - 5} x2={plot.left} y1={plotY(value)} y2={plotY(value)} />
          <text x={plot.left - 9} y={plotY(value) + 4} textAnchor="end">
            {value.toFixed(2)}
          </text>
        </g>
      ))}
      <path className="axis" d={`M${plot.left} 16V${plot.bottom}H${plot.right}`} fill="none" />
      <text x={plot.right} y="396" textAnchor="end">
        <tspan className="math">λ</tspan> / µm
      </text>
      <text x="56" y="22">
        <tspan className="math">B</tspan> / <tspan className="math">B</tspan>
        <tspan fontSize="10" dy="3">
          max
        </tspan>
      </text>
    </>
  );
}

function WienLaw() {
  return (
    <math>
      <msub>
        <mi>λ</mi>
        <mtext>max</mtext>
      </msub>
      <mi>T</mi>
      <mo>=</mo>
      <mn>2898</mn>
      <mspace width=".2em" />
      <mtext>µm K</mtext>
    </math>
  );
}

function PlanckLaw() {
  return (
    <math display="block" className="text-muted">
      <msub>
        <mi>B</mi>
        <mi>λ</mi>
      </msub>
      <mo stretchy="false">(</mo>
      <mi>T</mi>
      <mo stretchy="false">)</mo>
      <mo>=</mo>
      <mfrac>
        <mrow>
          <mn>2</mn>
          <mi>h</mi>
          <msup>
            <mi>c</mi>
            <mn>2</mn>
          </msup>
        </mrow>
        <msup>
          <mi>λ</mi>
          <mn>5</mn>
        </msup>
      </mfrac>
      <mfrac>
        <mn>1</mn>
        <mrow>
          <msup>
            <mi mathvariant="normal">e</mi>
            <mrow>
              <mi>h</mi>
              <mi>c</mi>
              <mo>/</mo>
              <mi>λ</mi>
              <msub>
                <mi>k</mi>
                <mtext>B</mtext>
              </msub>
              <mi>T</mi>
            </mrow>
          </msup>
          <mo>−</mo>
          <mn>1</mn>
        </mrow>
      </mfrac>
    </math>
  );
}
