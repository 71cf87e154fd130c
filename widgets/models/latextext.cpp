#include "widgets/models/latextext.h"

namespace aha {

QString latexText(const QString& text)
{
    QString out;
    for (const QChar c : text)
        switch (c.unicode()) {
        case '\\':
            out += QLatin1String("\\textbackslash{}");
            break;
        case '~':
            out += QLatin1String("\\textasciitilde{}");
            break;
        case '^':
            out += QLatin1String("\\textasciicircum{}");
            break;
        case '<':
            out += QLatin1String("\\textless{}");
            break;
        case '>':
            out += QLatin1String("\\textgreater{}");
            break;
        case '|':
            out += QLatin1String("\\textbar{}");
            break;
        case '"':
            out += QLatin1String("\\textquotedbl{}");
            break;
        case '`':
            out += QLatin1String("\\textasciigrave{}");
            break;
        case '[': // after \\ it would be a length
        case ']':
            out += QLatin1Char('{') + c + QLatin1Char('}');
            break;
        case '&':
        case '%':
        case '$':
        case '#':
        case '_':
        case '{':
        case '}':
            out += QLatin1Char('\\') + c;
            break;
        case 0x2013: // –
            out += QLatin1String("--");
            break;
        case 0x2212: // −
            out += QLatin1String("$-$");
            break;
        case 0x00d7: // ×
            out += QLatin1String("$\\times$");
            break;
        case 0x00b1: // ±
            out += QLatin1String("$\\pm$");
            break;
        case 0x2264: // ≤
            out += QLatin1String("$\\le$");
            break;
        case 0x2265: // ≥
            out += QLatin1String("$\\ge$");
            break;
        case 0x2026: // …
            out += QLatin1String("\\dots{}");
            break;
        default:
            out += c.unicode() < 0x20 || c.unicode() == 0x7f ? QChar(QLatin1Char(' ')) : c;
        }
    return out;
}

} // namespace aha
