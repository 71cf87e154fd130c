#pragma once
// Numbers as people read them, with a true minus. What is typed, copied as a table or written to CSV and JSON is
// QString::number's, which programs read.

#include <QString>

namespace aha {

/// A number as QString writes it: "−4.8", not "-4.8".
inline QString trueMinus(QString number) { return number.replace(QLatin1Char('-'), QChar(0x2212)); }
inline QString fixedNumber(double value, int decimals) { return trueMinus(QString::number(value, 'f', decimals)); }
/// At most so many digits that mean something: "0.8477", "2.9e−07".
inline QString shortNumber(double value, int digits) { return trueMinus(QString::number(value, 'g', digits)); }

} // namespace aha
