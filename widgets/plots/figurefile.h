#pragma once
// A drawing as a file of a physical size: PDF and SVG as vectors, PNG in dots.

#include <QImage>
#include <QSizeF>
#include <QString>

#include <functional>

class QPainter;

namespace aha {

inline constexpr int kPaperDpi = 1200; ///< unit of the drawing; fine enough that any size in points is whole
inline constexpr int kPngDpi = 300;

QImage paperImage(const QSizeF& sizeMm, int dpi, const std::function<void(QPainter&)>& paint);
/// The file's ending chooses the kind. False when it could not be written.
bool writePaper(
    const QString& file, const QSizeF& sizeMm, const QString& title, const std::function<void(QPainter&)>& paint);

} // namespace aha
