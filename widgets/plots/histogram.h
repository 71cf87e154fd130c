#pragma once
// Counts as bars, with the value under the pointer, or of the bar that keys chose, in words. Painted, no library: it
// has no zoom.

#include <QString>
#include <QVector>
#include <QWidget>

namespace aha {

struct HistogramData {
    QString name; ///< of what is counted, "tokens"
    double binWidth = 1;
    QVector<quint64> bins; ///< bin i counts [i · width, (i + 1) · width)
};

class Histogram : public QWidget {
    Q_OBJECT
public:
    explicit Histogram(QWidget* parent = nullptr);

    void setData(const HistogramData& data);
    /// "128 to 191 tokens: 412 rows"; "" outside.
    QString hint(int x) const;
    QSize sizeHint() const override { return { 320, 150 }; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool event(QEvent* event) override;

private:
    QRect area() const;
    QRect column(int bin) const; ///< of a bin, as high as the area
    QString words(int bin) const;

    HistogramData m_data;
    int m_current = -1; ///< chosen by keys; -1: none yet
};

} // namespace aha
