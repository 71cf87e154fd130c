#include "widgets/plots/figurefile.h"

#include "core/base/files.h"

#include <QBuffer>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgGenerator>

namespace aha {

QImage paperImage(const QSizeF& sizeMm, int dpi, const std::function<void(QPainter&)>& paint)
{
    QImage image((sizeMm / 25.4 * dpi).toSize().expandedTo(QSize(1, 1)), QImage::Format_RGB32);
    image.fill(Qt::white);
    image.setDotsPerMeterX(qRound(dpi / 0.0254));
    image.setDotsPerMeterY(qRound(dpi / 0.0254));
    QPainter painter(&image);
    painter.scale(double(dpi) / kPaperDpi, double(dpi) / kPaperDpi);
    paint(painter);
    return image;
}

bool writePaper(
    const QString& file, const QSizeF& sizeMm, const QString& title, const std::function<void(QPainter&)>& paint)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    const auto drawn = [&](QPaintDevice& device) {
        QPainter painter;
        if (!painter.begin(&device))
            return false;
        paint(painter);
        return painter.end();
    };
    bool made = false;
    if (file.endsWith(QLatin1String(".pdf"), Qt::CaseInsensitive)) {
        QPdfWriter writer(&buffer);
        writer.setResolution(kPaperDpi);
        writer.setPageSize(QPageSize(sizeMm, QPageSize::Millimeter, QString(), QPageSize::ExactMatch));
        writer.setPageMargins(QMarginsF());
        writer.setTitle(title);
        made = drawn(writer);
    } else if (file.endsWith(QLatin1String(".svg"), Qt::CaseInsensitive)) {
        const QSize size = (sizeMm / 25.4 * kPaperDpi).toSize();
        QSvgGenerator generator;
        generator.setOutputDevice(&buffer);
        generator.setResolution(kPaperDpi);
        generator.setSize(size);
        generator.setViewBox(QRect(QPoint(), size));
        generator.setTitle(title);
        made = drawn(generator);
    } else {
        made = paperImage(sizeMm, kPngDpi, paint).save(&buffer, "PNG");
    }
    buffer.close();
    return made && writeFileAtomically(file.toStdString(), bytes.toStdString()).ok();
}

} // namespace aha
