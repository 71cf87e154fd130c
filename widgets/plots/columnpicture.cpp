#include "widgets/plots/columnpicture.h"

#include <QColor>

#include <algorithm>
#include <bit>

namespace aha {

namespace {
constexpr int kBits = 64;
}

ColumnPicture::ColumnPicture(const QRect& area)
    : m_area(area)
    , m_image(area.size(), QImage::Format_ARGB32_Premultiplied)
    , m_words((area.height() + kBits - 1) / kBits)
    , m_covered(size_t(m_words * std::max(area.width(), 0)))
{
    m_image.fill(Qt::transparent);
}

void ColumnPicture::addBelow(const QVector<QRect>& uprights, const QColor& color)
{
    if (m_image.isNull())
        return; // no area
    const QRgb rgb = color.rgb();
    QRgb* const pixels = reinterpret_cast<QRgb*>(m_image.bits());
    const qsizetype stride = m_image.bytesPerLine() / qsizetype(sizeof(QRgb));
    for (const QRect& upright : uprights) {
        const QRect rect = upright.intersected(m_area).translated(-m_area.topLeft());
        if (rect.isEmpty())
            continue;
        const int top = rect.top(), bottom = rect.bottom();
        for (int x = rect.left(); x <= rect.right(); ++x)
            for (int word = top / kBits; word <= bottom / kBits; ++word) {
                const int first = std::max(top - word * kBits, 0), last = std::min(bottom - word * kBits, kBits - 1);
                const uint64_t wanted = (~uint64_t(0) >> (kBits - 1 - last)) & (~uint64_t(0) << first);
                uint64_t& covered = m_covered[size_t(x * m_words + word)];
                uint64_t open = wanted & ~covered;
                covered |= wanted;
                for (int row = word * kBits; open != 0;) { // run by run
                    const int closed = std::countr_zero(open);
                    open >>= closed;
                    const int run = std::countr_one(open);
                    open = run < kBits ? open >> run : 0;
                    row += closed;
                    for (const int end = row + run; row < end; ++row)
                        pixels[row * stride + x] = rgb;
                }
            }
    }
}

} // namespace aha
