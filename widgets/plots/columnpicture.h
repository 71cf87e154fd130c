#pragma once
// Uprights of many lines in one picture, painted from the uppermost line down: no pixel is painted twice.

#include <QImage>
#include <QVector>

#include <cstdint>
#include <vector>

namespace aha {

/// What QPainter::drawRects would leave of opaque rectangles, without painting what others cover: fifty lines over each
/// other cost little more than one. Not thread-safe.
class ColumnPicture {
public:
    /// Of this part of the canvas, transparent so far. Units: pixels of the canvas.
    explicit ColumnPicture(const QRect& area);
    /// Rectangles of one line, below whatever is there. `color` is opaque.
    void addBelow(const QVector<QRect>& uprights, const QColor& color);
    /// Its top left is that of the area.
    const QImage& image() const { return m_image; }

private:
    QRect m_area;
    QImage m_image;
    qsizetype m_words; ///< of a pixel column in m_covered
    std::vector<uint64_t> m_covered; ///< a bit a pixel, column by column
};

} // namespace aha
