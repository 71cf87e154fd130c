// A chart as PNG, SVG and CSV: what is in view, with title and legend.

#include "widgets/plots/lineplotprivate.h"

#include <QContextMenuEvent>
#include <QFileDialog>
#include <QMenu>
#include <QMessageBox>
#include <QSvgGenerator>

namespace aha {

void LinePlot::Private::paintPicture(QCPPainter* painter, const QSize& size)
{
    const QPalette palette = q->palette();
    painter->fillRect(QRect(QPoint(), size), palette.color(QPalette::Base));
    QFont font = q->font();
    font.setBold(true);
    painter->setFont(font);
    painter->setPen(palette.color(QPalette::WindowText));
    painter->drawText(12, 20, titleLabel->text());
    painter->setFont(q->font());
    int x = 12, y = 40;
    for (size_t i = 0; i < entries.size(); ++i) {
        if (!shown(i))
            continue;
        const Line& line = entries[i].line;
        const int width = 36 + painter->fontMetrics().horizontalAdvance(line.label) + 16;
        if (x > 12 && x + width > size.width()) {
            x = 12;
            y += 18;
        }
        painter->setPen(QPen(line.color, 2, line.points && !line.joined ? Qt::NoPen : line.style));
        painter->drawLine(QLineF(x, y - 4, x + 26, y - 4));
        if (line.points) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(line.color);
            painter->drawEllipse(QPointF(x + 13, y - 4), 3, 3);
            painter->setBrush(Qt::NoBrush);
        }
        painter->setPen(palette.color(QPalette::WindowText));
        painter->drawText(x + 32, y, line.label);
        x += width;
    }
    const int top = y + 8;
    fill(size.width());
    painter->translate(0, top);
    plot->toPainter(painter, size.width(), size.height() - top);
    filledColumns = 0;
    plot->replot(QCustomPlot::rpQueuedReplot);
}

QString LinePlot::visibleCsv() const
{
    QString csv = QStringLiteral("line,step,value\n");
    const QCPRange range = d->plot->xAxis->range();
    for (size_t l = 0; l < d->entries.size(); ++l) {
        if (!d->shown(l))
            continue;
        const PlotSeries& series = *d->entries[l].series;
        const std::pair<PlotSeries::Curve, const char*> curves[]
            = { { PlotSeries::Raw, "" }, { PlotSeries::Low, " (low)" }, { PlotSeries::High, " (high)" } };
        for (const auto& [curve, suffix] : curves) {
            const QVector<double>& values = series.curve(curve);
            const QString name = QString(d->entries[l].line.label + QLatin1String(suffix))
                                     .replace(QLatin1Char('"'), QStringLiteral("\"\""));
            for (qsizetype i = 0; i < values.size(); ++i)
                if (range.contains(series.steps()[i]))
                    csv += QStringLiteral("\"%1\",%2,%3\n")
                               .arg(name)
                               .arg(series.steps()[i], 0, 'g', 17)
                               .arg(std::isfinite(values[i]) ? QString::number(values[i], 'g', 17) : QString());
        }
    }
    return csv;
}

bool LinePlot::savePng(const QString& file, const QSize& size)
{
    QPixmap picture(size);
    QCPPainter painter;
    if (!painter.begin(&picture))
        return false;
    d->paintPicture(&painter, size);
    return painter.end() && picture.save(file, "PNG");
}

bool LinePlot::saveSvg(const QString& file, const QSize& size)
{
    QSvgGenerator generator;
    generator.setFileName(file);
    generator.setSize(size);
    generator.setViewBox(QRect(QPoint(), size));
    generator.setTitle(d->title);
    QCPPainter painter;
    if (!painter.begin(&generator))
        return false;
    painter.setMode(QCPPainter::pmVectorized);
    d->paintPicture(&painter, size);
    return painter.end();
}

void LinePlot::contextMenuEvent(QContextMenuEvent* event)
{
    QMenu menu(this);
    const auto ask = [this](const char* ending) {
        return QFileDialog::getSaveFileName(this, QStringLiteral("Export"),
            QString(d->title).replace(QLatin1Char(' '), QLatin1Char('-')).toLower() + QLatin1String(ending));
    };
    const auto tell = [this](bool written) {
        if (!written)
            QMessageBox::warning(this, QStringLiteral("Export"),
                QStringLiteral("The file could not be written. Choose a folder that is writable and has room."));
    };
    menu.addAction(QStringLiteral("Everything in view"), this, &LinePlot::follow);
    menu.addSeparator();
    menu.addAction(QStringLiteral("Export PNG…"), this, [&] {
        if (const QString file = ask(".png"); !file.isEmpty())
            tell(savePng(file, QSize(1200, 700)));
    });
    menu.addAction(QStringLiteral("Export SVG…"), this, [&] {
        if (const QString file = ask(".svg"); !file.isEmpty())
            tell(saveSvg(file, QSize(1200, 700)));
    });
    menu.addAction(QStringLiteral("Export CSV of what is seen…"), this, [&] {
        QFile file(ask(".csv"));
        if (!file.fileName().isEmpty())
            tell(file.open(QIODevice::WriteOnly) && file.write(visibleCsv().toUtf8()) >= 0 && file.flush());
    });
    menu.exec(event->globalPos());
}

} // namespace aha
